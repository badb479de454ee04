import JSONRPC
import Testing

@testable import Ingest

@Suite struct ArtifactTests {
  @Test(arguments: [
    ("src/app.swift", "src/app.swift", "app.swift"), ("\\src\\app.swift", "src/app.swift", "app.swift"),
    ("//a/./b//c.txt", "a/b/c.txt", "c.txt"), ("a/..b", "a/..b", "..b"), ("a/c:d", "a/c:d", "c:d"), ("README", "README", "README"),
  ])
  func `makes a path relative and plain`(sent: String, text: String, name: String) throws {
    let path = try ArtifactPath(sent)
    #expect(path.text == text && path.name == name)
  }

  @Test(arguments: ["", "/", "./.", "..", "a/../b", "..\\b", "C:\\x", "c:x", String(repeating: "n", count: 256)])
  func `refuses a path that leaves, or names no file`(sent: String) {
    let error = #expect(throws: RPCError.self) { try ArtifactPath(sent) }
    #expect(error?.data["status"] == 400)
    #expect(error?.data["body"]["file_path"][0].string?.isEmpty == false)
  }

  @Test(arguments: [
    ("a.py", true, "text/x-python"), ("A.JSON", true, "application/json"), ("a", true, "text/plain"),
    ("a.bin", false, "application/octet-stream"),
    ("a.b.yml", false, "text/yaml"),
  ])
  func `knows a content type by the ending`(path: String, isText: Bool, type: String) throws {
    #expect(try ArtifactPath(path).contentType(isText: isText) == type)
  }

  @Test func `keeps texts as they are and other bytes in base64, whatever they came in`() throws {
    let text = try ArtifactContent(" ü\n", encoding: "utf-8")
    #expect(text.fields(key: "")["content"] == " ü\n" && text.fields(key: "")["encoding"] == "utf-8" && text.bytes.count == 4)
    #expect(try ArtifactContent("IMO8Cg==", encoding: "base64").fields(key: "") == text.fields(key: ""))
    let binary = try ArtifactContent("/wA=", encoding: "base64").fields(key: "")
    #expect(binary["content"] == "/wA=" && binary["encoding"] == "base64" && binary["size_bytes"] == 2)
    let empty = try ArtifactContent("", encoding: "utf-8").fields(key: "")
    #expect(empty["content_hash"] == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    #expect(text.fields(key: "k")["content"] == "" && text.fields(key: "k")["s3_key"] == "k")
  }

  @Test func `refuses what is no content, and more than ten megabytes`() throws {
    for (content, encoding): (JSON, JSON) in [(true, "utf-8"), ([], "utf-8"), ("*", "base64")] {
      let error = #expect(throws: RPCError.self) { try ArtifactContent(content, encoding: encoding) }
      #expect(error?.data["status"] == 400 && error?.data["body"]["content"] != .null)
    }
    let long = String(repeating: "x", count: ArtifactContent.byteLimit)
    #expect(try ArtifactContent(.string(long), encoding: "utf-8").bytes.count == ArtifactContent.byteLimit)
    let error = #expect(throws: RPCError.self) { try ArtifactContent(.string(long + "x"), encoding: "utf-8") }
    #expect(error?.data["status"] == 413 && error?.data["body"]["size_bytes"] == 10_485_761)
  }

  @Test func `hands an upload over in pieces`() async throws {
    let content = try ArtifactContent(.string(String(repeating: "x", count: 150_000)), encoding: "utf-8")
    var counts: [Int] = []
    for try await piece in content.pieces { counts.append(piece.count) }
    #expect(counts == [65_536, 65_536, 18_928])
  }
}
