import JSONRPC
import Testing

@Suite struct JSONTests {
  @Test(arguments: [
    "null", "true", "[]", "{}", "[1,2.50,-0,1e5]", #"{"b":1,"a":[{"x":"é\n\"\\"}]}"#, #""😀""#, "12345678901234567890123",
  ])
  func `writes what it read, to the literal`(text: String) throws {
    #expect(try JSON(parsing: text).text == text)
  }

  @Test func `reads escapes and surrogate pairs`() throws {
    #expect(try JSON(parsing: #""\u00e9\ud83d\ude00\/""#) == "é😀/")
  }

  @Test(arguments: [
    ("", JSONError.Reason.unexpectedEnd, 0), ("[1,]", .unexpectedByte, 3), ("01", .badNumber, 0), ("1.", .badNumber, 0),
    ("nul", .unexpectedEnd, 3),
    ("{} x", .trailingBytes, 3), (#""\ud800x""#, .unexpectedByte, 7), ("\"\u{1}\"", .controlCharacter, 1),
    (#"{"a" 1}"#, .unexpectedByte, 5),
  ])
  func `says what is wrong and where`(text: String, reason: JSONError.Reason, offset: Int) {
    #expect(throws: JSONError(reason, at: offset)) { try JSON(parsing: text) }
  }

  @Test func `refuses invalid UTF-8`() {
    #expect(throws: JSONError(.badUTF8, at: 1)) { try JSON(parsing: [0x22, 0xC3, 0x28, 0x22]) }
  }

  @Test func `refuses nesting past the limit`() {
    let deep = String(repeating: "[", count: 65) + String(repeating: "]", count: 65)
    #expect(throws: JSONError.self) { try JSON(parsing: deep) }
    #expect(throws: Never.self) { try JSON(parsing: String(deep.dropFirst().dropLast())) }
  }

  @Test(arguments: [(1.0, "1.0"), (0.1, "0.1"), (1e20, "1e+20"), (-2.5, "-2.5"), (0.44999999999999996, "0.44999999999999996")])
  func `writes doubles in shortest round-trip form`(value: Double, text: String) { #expect(JSON.double(value).text == text) }
}
