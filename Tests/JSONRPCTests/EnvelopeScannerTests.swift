import JSONRPC
import Testing

@Suite struct EnvelopeScannerTests {
  private static func scan(_ text: String) throws -> Envelope { try EnvelopeScanner.scan(Array(text.utf8).span) }

  private static func part(_ text: String, _ place: Range<Int>?) -> String? {
    place.map { String(decoding: Array(text.utf8)[$0], as: UTF8.self) }
  }

  private static let messages: [(text: String, kind: Envelope.Kind, method: String, body: String?, meta: String?)] = [
    (
      #"{"jsonrpc":"2.0","id":1,"method":"a.b","params":{"x":[1]},"meta":{"cause":3}}"#,
      .request(id: 1), "a.b", #"{"x":[1]}"#, #"{"cause":3}"#
    ),
    (#" { "meta" : { } , "method" : "a\/b" , "id" : 7 , "jsonrpc" : "2.0" } "#, .request(id: 7), "a/b", nil, "{ }"),
    (#"{"jsonrpc":"2.0","method":"$/log","params":{}}"#, .notification, "$/log", "{}", nil),
    (#"{"jsonrpc":"2.0","id":9007199254740991,"result":null}"#, .result(id: 9_007_199_254_740_991), "", "null", nil),
    (#"{"jsonrpc":"2.0","id":2,"error":{"code":-1}}"#, .error(id: 2), "", #"{"code":-1}"#, nil),
    (#"{"result":"}\"é😀\ud83d\ude00","id":3,"jsonrpc":"2.0"}"#, .result(id: 3), "", #""}\"é😀\ud83d\ude00""#, nil),
  ]

  @Test(arguments: messages)
  func `finds the parts of a message`(text: String, kind: Envelope.Kind, method: String, body: String?, meta: String?) throws {
    let envelope = try Self.scan(text)
    #expect(envelope.kind == kind)
    #expect(envelope.method == method)
    #expect(Self.part(text, envelope.body) == body)
    #expect(Self.part(text, envelope.meta) == meta)
  }

  @Test(arguments: [
    ("[]", EnvelopeError.notAnObject), ("1", .notAnObject), ("\u{FEFF}{}", .notAnObject), ("{}", .badMember("jsonrpc", mustBe: "\"2.0\"")),
    (#"{"jsonrpc":"1.0","method":"a"}"#, .badMember("jsonrpc", mustBe: "\"2.0\"")),
    (#"{"jsonrpc":"2.0"}"#, .mismatched), (#"{"jsonrpc":"2.0","id":1}"#, .mismatched),
    (#"{"jsonrpc":"2.0","result":1}"#, .mismatched), (#"{"jsonrpc":"2.0","id":1,"result":1,"error":{}}"#, .mismatched),
    (#"{"jsonrpc":"2.0","id":1,"method":"a","result":1}"#, .mismatched), (#"{"jsonrpc":"2.0","id":1,"result":1,"params":{}}"#, .mismatched),
    (#"{"jsonrpc":"2.0","id":1,"result":1,"meta":{}}"#, .mismatched),
    (#"{"jsonrpc":"2.0","method":"a","params":[]}"#, .badMember("params", mustBe: "an object")),
    (#"{"jsonrpc":"2.0","method":"a","meta":null}"#, .badMember("meta", mustBe: "an object")),
    (#"{"jsonrpc":"2.0","id":1,"error":"no"}"#, .badMember("error", mustBe: "an object")),
    (#"{"jsonrpc":"2.0","method":""}"#, .badMember("method", mustBe: "a name")),
    (#"{"jsonrpc":"2.0","method":12345}"#, .badMember("method", mustBe: "a name")),
    (#"{"jsonrpc":"2.0","method":"a","method":"b"}"#, .duplicateMember("method")),
    (#"{"jsonrpc":"2.0","\u006dethod":"a","method":"b"}"#, .unknownMember(at: 18)),
    (#"{"jsonrpc":"2.0","method":"a","extra":1}"#, .unknownMember(at: 31)), (#"{"":1}"#, .unknownMember(at: 2)),
  ])
  func `refuses what is no message`(text: String, error: EnvelopeError) {
    #expect(throws: error) { try Self.scan(text) }
  }

  @Test(arguments: ["0", "-1", "01", "1.0", "1e3", "\"1\"", "null", "9007199254740992", "99999999999999999999", "{}"])
  func `refuses an id that is no positive integer`(id: String) {
    #expect(throws: (any Error).self) { try Self.scan(#"{"jsonrpc":"2.0","method":"a","id":\#(id)}"#) }
  }

  @Test(arguments: [
    ("", JSONError.Reason.unexpectedEnd, 0), ("{", .unexpectedEnd, 1), ("{\"a\":1,}", .unexpectedByte, 7), ("{\"a\"}", .unexpectedByte, 4),
    ("{\"a\":tru}", .unexpectedByte, 8), ("{\"a\":1}x", .trailingBytes, 7), ("{\"a\":[1}", .unexpectedByte, 7),
    ("{\"a\":[1,]}", .unexpectedByte, 8), ("{\"a\":{\"b\":1]}", .unexpectedByte, 11), ("{\"a\":01}", .badNumber, 5),
    ("{\"a\":-}", .badNumber, 5), ("{\"a\":1.}", .badNumber, 5), ("{\"a\":1e}", .badNumber, 5), ("{\"a\":\"\u{1}\"}", .controlCharacter, 6),
    (#"{"a":"\x"}"#, .badEscape, 6), (#"{"a":"\ud800"}"#, .unexpectedEnd, 14), (#"{"a":"\ud800abcdefgh"}"#, .badEscape, 12),
    (#"{"a":"\udc00"}"#, .badEscape, 6), (#"{"a":"\u12g4"}"#, .badEscape, 10), (#"{"a":"b"#, .unexpectedEnd, 7),
  ])
  func `says what is malformed and where`(text: String, reason: JSONError.Reason, offset: Int) {
    var error: EnvelopeError?
    do { _ = try EnvelopeScanner.scan(Array(text.utf8).span) } catch let caught { error = caught }
    #expect(error == .malformed(JSONError(reason, at: offset)))
  }

  @Test(arguments: [
    [0x80], [0xC0, 0x80], [0xC3, 0x28], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xF0, 0x80, 0x80, 0x80], [0xF4, 0x90, 0x80, 0x80],
    [0xF5, 0x80, 0x80, 0x80], [0xE2, 0x82], [0xFF],
  ])
  func `refuses bytes that are not UTF-8`(bytes: [UInt8]) {
    let text = Array(#"{"jsonrpc":"2.0","id":1,"result":""#.utf8) + bytes + Array(#""}"#.utf8)
    #expect(throws: EnvelopeError.malformed(JSONError(.badUTF8, at: 34))) { try EnvelopeScanner.scan(text.span) }
  }

  @Test func `counts the envelope as the first of 64 levels`() throws {
    func text(_ depth: Int) -> String {
      #"{"jsonrpc":"2.0","id":1,"result":"# + String(repeating: "[", count: depth) + String(repeating: "]", count: depth) + "}"
    }
    #expect(throws: Never.self) { try Self.scan(text(63)) }
    #expect(throws: EnvelopeError.malformed(JSONError(.tooDeep, at: 96))) { try Self.scan(text(64)) }
    #expect(throws: (any Error).self) { try Self.scan(text(1_000_000)) }
  }
}

@Suite struct ScannerAgainstParserTests {
  /// xorshift: the same inputs in every run.
  private struct Random: RandomNumberGenerator {
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15
    mutating func next() -> UInt64 {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return state
    }
  }

  @Test func `accepts a damaged value exactly when the parser does`() {
    let head = Array(#"{"jsonrpc":"2.0","id":1,"result":"#.utf8)
    let seed = Array(#"{"a":[1,-2.5e+3,true,false,null,"é\n\ud83d\ude00\u00e9😀"],"":{"b":{}},"c":[[],[{}]]}"#.utf8)
    let letters = Array(#"{}[]",:\0123456789.eE+-tfnu é"#.utf8) + [0x00, 0x1F, 0x80, 0xC3, 0xF0, 0xFF]
    var random = Random()
    var accepted = 0
    for _ in 0..<8_000 {
      var value = seed
      for _ in 0..<Int.random(in: 1...2, using: &random) {
        let place = Int.random(in: 0..<value.count, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: value[place] = letters.randomElement(using: &random) ?? 0
        case 1: value.insert(letters.randomElement(using: &random) ?? 0, at: place)
        default: value.remove(at: place)
        }
      }
      let scanned = (try? EnvelopeScanner.scan((head + value + [UInt8(ascii: "}")]).span)) != nil
      let parsed = (try? JSON(parsing: value)) != nil
      // Damage may end the value early and go on with a member: then the value alone does not parse, nor may the frame pass.
      if scanned != parsed { Issue.record("scanned \(scanned), parsed \(parsed): \(String(decoding: value, as: UTF8.self))") }
      accepted += scanned ? 1 : 0
    }
    #expect(accepted > 400 && accepted < 7_600)
  }
}
