import Testing

@testable import Gateway

@Suite struct MultipartTests {
  private static let form = """
    preamble\r
    --b\r
    Content-Disposition: form-data; name="project"\r
    \r
    1\r
    --b  \r
    content-disposition: form-data; name="file"; filename="a\\"b;c.txt"\r
    Content-Type: text/plain\r
    \r
    one\r
    --a\r
    --\r\n--c\r
    --b\r
    Content-Disposition: form-data; name="empty"\r
    \r
    \r
    --b--\r
    epilogue --b
    """

  private func read(_ text: String, pieces: Int) throws -> [MultipartReader.Event] {
    var reader = try #require(MultipartReader(boundary: "b"))
    var events: [MultipartReader.Event] = []
    let bytes = Array(text.utf8)
    for start in stride(from: 0, to: bytes.count, by: pieces) {
      reader.feed(bytes[start..<min(start + pieces, bytes.count)])
      while let event = try reader.next() {
        if case .bytes(let more) = event, case .bytes(let before)? = events.last {
          events[events.count - 1] = .bytes(before + more)
        } else {
          events.append(event)
        }
      }
    }
    #expect(reader.isDone)
    return events
  }

  @Test(arguments: [1, 2, 3, 7, 64, 10_000]) func `a form is the same in pieces of any size`(size: Int) throws {
    let events = try read(Self.form, pieces: size)
    try #require(events.count == 8)
    #expect(events[1] == .bytes(Array("1".utf8)))
    guard case .part(let file) = events[3] else { return #expect(Bool(false), "no file part") }
    #expect(file.name == "file")
    #expect(file.fileName == "a\"b;c.txt")
    #expect(file.contentType == "text/plain")
    #expect(events[4] == .bytes(Array("one\r\n--a\r\n--\r\n--c".utf8)))
    #expect(events[5...].map { $0 == .endOfPart } == [true, false, true])
  }

  @Test(arguments: [
    "--b\r\nX: y\r\n\r\n1\r\n--b--", "--bX\r\n\r\n", "--b\r\nnonsense\r\n\r\n",
    "--b\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\n",
    "--b\r\n" + String(repeating: "a", count: MultipartReader.headByteLimit + 1), "--b" + String(repeating: " ", count: 100),
  ])
  func `what is no form is said to be none`(text: String) throws {
    var reader = try #require(MultipartReader(boundary: "b"))
    reader.feed(Array(text.utf8))
    #expect(throws: MultipartReader.Problem.self) { while try reader.next() != nil {} }
  }

  @Test func `a boundary has one to seventy printable characters`() {
    #expect(MultipartReader(boundary: "") == nil)
    #expect(MultipartReader(boundary: String(repeating: "x", count: 71)) == nil)
    #expect(MultipartReader(boundary: "a\r\nb") == nil)
  }

  @Test(arguments: [
    ("form-data; name=\"a\"; filename=\"b\"", "a", "b"), ("form-data;name=a;filename=b", "a", "b"),
    ("form-data; name=\"a\"; filename=\"C:\\x\\y.txt\"", "a", "C:\\x\\y.txt"),
    ("form-data; name=\"a\"; filename=\"n.txt\"; filename*=UTF-8''na%C3%AFve.txt", "a", "naïve.txt"), ("form-data; name=\"a\";", "a", nil),
  ])
  func `a part's name and file name are read as browsers write them`(header: String, name: String, file: String?) {
    let head = PartHead(Array("Content-Disposition: \(header)".utf8))
    #expect(head?.name == name)
    #expect(head?.fileName == file)
  }

  @Test(arguments: [
    "form-data", "form-data; name=\"a\"; name=\"b\"", "form-data; name=\"a", "form-data; filename=\"x\"", "form-data; name=\"a\" x",
  ])
  func `a part without one name is no part`(header: String) {
    #expect(PartHead(Array("Content-Disposition: \(header)".utf8)) == nil)
  }
}
