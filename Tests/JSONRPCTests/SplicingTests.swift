import JSONRPC
import Testing

@Suite struct SplicingTests {
  @Test(arguments: [
    (
      MessageHead.request(id: 12, method: "a.\"b\"", meta: Array(#"{"cause":3}"#.utf8)),
      #"{"jsonrpc":"2.0","id":12,"method":"a.\"b\"","meta":{"cause":3},"params":{"x":1}}"#
    ),
    (.request(id: 1, method: "a", meta: nil), #"{"jsonrpc":"2.0","id":1,"method":"a","params":{"x":1}}"#),
    (.notification(method: "$/log"), #"{"jsonrpc":"2.0","method":"$/log","params":{"x":1}}"#),
    (.result(id: 7), #"{"jsonrpc":"2.0","id":7,"result":{"x":1}}"#), (.error(id: 7), #"{"jsonrpc":"2.0","id":7,"error":{"x":1}}"#),
  ])
  func `builds a frame around bytes it does not read`(head: MessageHead, text: String) throws {
    let frame = head.frame(Array(#"{"x":1}"#.utf8))
    #expect(String(decoding: frame.dropFirst(4), as: UTF8.self) == text)
    guard case .body(let place) = try FrameDecoder(byteLimit: 65_536).next(frame.span) else {
      Issue.record("incomplete frame")
      return
    }
    #expect(place == 4..<frame.count)
    let envelope = try EnvelopeScanner.scan(frame.span.extracting(place))
    #expect(envelope.body.map { frame.span.extracting(place).text($0) } == #"{"x":1}"#)
  }

  @Test func `writes lengths past one byte`() {
    let head = MessageHead.result(id: 1).bytes(bodyByteCount: 0x01_0203)
    let length = head.prefix(4).reduce(0) { $0 << 8 | Int($1) }
    #expect(length == head.count - 4 + 0x01_0203 + 1)
  }

  @Test func `finds members without decoding them`() throws {
    let text = Array(#" {"id":12,"data":"QQ==","b":[{"id":3}],"id":13} "#.utf8)
    let members = try JSONMembers(scanning: text.span)
    #expect(members.members.map(\.name) == ["id", "data", "b", "id"])
    #expect(members["id"].flatMap { text.span.unsignedInteger($0) } == 13)
    #expect(members["b"].map { text.span.text($0) } == #"[{"id":3}]"#)
    #expect(members["none"] == nil)
    #expect(throws: JSONError.self) { try JSONMembers(scanning: Array("[]".utf8).span) }
    #expect(throws: JSONError.self) { try JSONMembers(scanning: Array("{} {}".utf8).span) }
  }
}

@Suite struct Base64Tests {
  /// RFC 4648, section 10.
  @Test(arguments: [
    ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
  ])
  func `agrees with the RFC`(text: String, encoded: String) {
    #expect(String(decoding: Base64.encode(Array(text.utf8)), as: UTF8.self) == encoded)
    #expect(Base64.decode(Array(encoded.utf8).span) == Array(text.utf8))
    #expect(Base64.decodedByteCount(Array(encoded.utf8).span) == text.utf8.count)
  }

  @Test func `carries every byte`() {
    let bytes = [UInt8](0...255)
    #expect(Base64.decode(Base64.encode(bytes).span) == bytes)
  }

  @Test(arguments: ["Z", "Zg", "Zg=", "Zh==", "Zm9=", "Zm9v=", "====", "Z===", "Zm 9", "Zm-_", "=Zm9"])
  func `refuses what is not canonical`(text: String) {
    #expect(Base64.decode(Array(text.utf8).span) == nil)
    #expect(Base64.decodedByteCount(Array(text.utf8).span) == nil)
  }
}
