extension JSONScanner {
  /// Steps over a string, from its opening quote.
  ///
  /// - Returns: whether it holds an escape, so that its bytes are not its text.
  mutating func skipString(_ bytes: Span<UInt8>) throws(JSONError) -> Bool {
    var escaped = false
    var index = at + 1
    while index < bytes.count {
      let byte = bytes[index]
      if byte >= 0x80 {
        index = try endOfScalar(bytes, at: index)
      } else if byte == UInt8(ascii: "\"") {
        move(to: index + 1)
        return escaped
      } else if byte == UInt8(ascii: "\\") {
        escaped = true
        index = try endOfEscape(bytes, at: index)
      } else if byte < 0x20 {
        throw JSONError(.controlCharacter, at: index)
      } else {
        index += 1
      }
    }
    throw JSONError(.unexpectedEnd, at: index)
  }

  /// Unicode 16, table 3-7: well-formed UTF-8 byte sequences.
  private func endOfScalar(_ bytes: Span<UInt8>, at start: Int) throws(JSONError) -> Int {
    let count: Int
    let second: ClosedRange<UInt8>
    switch bytes[start] {
    case 0xC2...0xDF: (count, second) = (2, 0x80...0xBF)
    case 0xE0: (count, second) = (3, 0xA0...0xBF)
    case 0xED: (count, second) = (3, 0x80...0x9F)
    case 0xE1...0xEF: (count, second) = (3, 0x80...0xBF)
    case 0xF0: (count, second) = (4, 0x90...0xBF)
    case 0xF1...0xF3: (count, second) = (4, 0x80...0xBF)
    case 0xF4: (count, second) = (4, 0x80...0x8F)
    default: throw JSONError(.badUTF8, at: start)
    }
    guard start + count <= bytes.count, second.contains(bytes[start + 1]) else { throw JSONError(.badUTF8, at: start) }
    for index in start + 2..<max(start + 2, start + count) where bytes[index] & 0xC0 != 0x80 { throw JSONError(.badUTF8, at: start) }
    return start + count
  }

  private func endOfEscape(_ bytes: Span<UInt8>, at start: Int) throws(JSONError) -> Int {
    guard start + 1 < bytes.count else { throw JSONError(.unexpectedEnd, at: start + 1) }
    switch bytes[start + 1] {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"), UInt8(ascii: "n"),
      UInt8(ascii: "r"), UInt8(ascii: "t"):
      return start + 2
    case UInt8(ascii: "u"):
      let unit = try codeUnit(bytes, at: start)
      guard unit & 0xF800 == 0xD800 else { return start + 6 }
      // A surrogate is half of a pair, high then low; alone it is no character and no UTF-8 can carry it on.
      guard unit < 0xDC00, try codeUnit(bytes, at: start + 6) & 0xFC00 == 0xDC00 else { throw JSONError(.badEscape, at: start) }
      return start + 12
    default: throw JSONError(.badEscape, at: start)
    }
  }

  /// Reads `\uXXXX`.
  private func codeUnit(_ bytes: Span<UInt8>, at start: Int) throws(JSONError) -> UInt16 {
    guard start + 6 <= bytes.count else { throw JSONError(.unexpectedEnd, at: bytes.count) }
    guard bytes[start] == UInt8(ascii: "\\"), bytes[start + 1] == UInt8(ascii: "u") else { throw JSONError(.badEscape, at: start) }
    var unit: UInt16 = 0
    for index in start + 2..<start + 6 {
      switch bytes[index] {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): unit = unit << 4 | UInt16(bytes[index] - 0x30)
      case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"):
        unit = unit << 4 | UInt16((bytes[index] | 0x20) - 0x57)
      default: throw JSONError(.badEscape, at: index)
      }
    }
    return unit
  }
}
