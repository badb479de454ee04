import JSONRPC
import Testing

@testable import Projects

@Suite struct ContentTests {
  @Test(arguments: [
    ("plan.md", "plan.md"), ("../../etc/passwd", "passwd"), ("C:\\docs\\plan.md", "plan.md"), ("  a b.txt ", "a b.txt"),
    ("a\u{0}b\n.txt", "ab.txt"), ("x\u{202E}txt.exe", "xtxt.exe"), ("überblick.txt", "überblick.txt"), (".env", ".env"),
  ])
  func `a name is one component without control characters`(sent: String, stored: String) throws {
    #expect(try FileName(sent).text == stored)
  }

  @Test(arguments: ["", "..", ".", "a/", "\\", "  ", "\u{1}", "dir/.."])
  func `a name that leads elsewhere or nowhere is refused`(sent: String) {
    #expect(throws: RPCError.self) { try FileName(sent) }
  }

  @Test func `a name has at most two hundred code points`() throws {
    #expect(try FileName(String(repeating: "ü", count: 200)).text.unicodeScalars.count == 200)
    let error = #expect(throws: RPCError.self) { try FileName(String(repeating: "ü", count: 201)) }
    #expect(error?.data["body"]["file"][0] == "Ensure this filename has at most 200 characters (it has 201).")
  }

  @Test(arguments: [
    ("a.md", "", "text/markdown", "document", true), ("a.md", "application/octet-stream", "text/markdown", "document", true),
    ("a.xlsx", "", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "spreadsheet", false),
    ("a", "image/png; x=y", "image/png", "image", false), ("a.swift", "", "text/plain", "code", true),
    ("a.bin", "not a type", "application/octet-stream", "other", false), ("a.json", "application/json", "application/json", "code", true),
    ("a", "text/html\r\nX-Evil: 1", "application/octet-stream", "other", false),
  ])
  func `what a file is comes from its type and its ending`(name: String, said: String, mime: String, kind: String, isText: Bool) throws {
    let found = ContentKind(try FileName(name), said: said)
    #expect(found.mimeType == mime)
    #expect(found.fileType == kind)
    #expect(found.isText == isText)
  }

  @Test func `the text is the first five thousand code points, and empty for what is no text`() {
    #expect(TextExtract.text(Array("grüße".utf8)) == "grüße")
    #expect(TextExtract.text([0xEF, 0xBB, 0xBF] + Array("bom".utf8)) == "bom")
    #expect(TextExtract.text([0xFF, 0xFE, 0x68, 0, 0x69, 0]) == "hi")
    #expect(TextExtract.text([0x68, 0x69, 0]) == "")
    #expect(TextExtract.text([0xC3, 0x28]) == "")
    let long = Array(String(repeating: "a€", count: 6_000).utf8)
    #expect(TextExtract.text(Array(long.prefix(TextExtract.byteLimit))).unicodeScalars.count == 5_000)
    let fours = Array(String(repeating: "😀", count: 6_000).utf8)
    #expect(TextExtract.text(Array(fours.prefix(TextExtract.byteLimit))).unicodeScalars.count == 5_000)
  }

  @Test(arguments: [
    (nil, ByteRange.whole), ("bytes=0-3", .part(0..<4)), ("bytes=8-", .part(8..<10)), ("bytes=-3", .part(7..<10)),
    ("bytes=0-99", .part(0..<10)), ("bytes=-99", .part(0..<10)), ("bytes=10-", .unsatisfiable), ("bytes=-0", .unsatisfiable),
    ("bytes=0-1,3-4", .whole), ("bytes=3-1", .whole), ("bytes=a-b", .whole), ("lines=0-1", .whole), ("bytes=", .whole), ("bytes=-", .whole),
    ("bytes=0-9223372036854775807", .part(0..<10)), ("bytes=99999999999999999999-", .whole),
  ])
  func `one range is served, what is no range is passed over`(header: String?, range: ByteRange) {
    #expect(ByteRange(header, size: 10) == range)
  }
}
