/// Steps over JSON text and holds it to the grammar of RFC 8259, UTF-8 and a nesting limit, without making values of it.
///
/// What it accepts ``JSONParser`` accepts, so bytes that were scanned at the door can be parsed later by somebody else.
struct JSONScanner {
  /// The deepest an array or object may lie, counted from the outermost.
  static let depthLimit = 64

  private(set) var at = 0

  func peek(_ bytes: Span<UInt8>) throws(JSONError) -> UInt8 {
    guard at < bytes.count else { throw JSONError(.unexpectedEnd, at: at) }
    return bytes[at]
  }

  mutating func expect(_ byte: UInt8, _ bytes: Span<UInt8>) throws(JSONError) {
    guard try peek(bytes) == byte else { throw JSONError(.unexpectedByte, at: at) }
    at += 1
  }

  mutating func move(to index: Int) { at = index }

  mutating func skipSpace(_ bytes: Span<UInt8>) {
    while at < bytes.count, bytes[at] <= 0x20 {
      switch bytes[at] {
      case 0x20, 0x09, 0x0A, 0x0D: at += 1
      default: return
      }
    }
  }

  /// Steps over one value that lies `depth` containers deep.
  mutating func skipValue(_ bytes: Span<UInt8>, depth outer: Int) throws(JSONError) {
    var depth = outer
    var objects: UInt64 = 0  // bit n: the container at depth n + 1 is an object
    while true {
      let opened = try skipScalarOrOpen(bytes)
      if opened != .scalar {
        guard depth < Self.depthLimit else { throw JSONError(.tooDeep, at: at - 1) }
        let bit: UInt64 = 1 << UInt64(depth)
        objects = opened == .object ? objects | bit : objects & ~bit
        depth += 1
        skipSpace(bytes)
        if try peek(bytes) == (opened == .object ? UInt8(ascii: "}") : UInt8(ascii: "]")) {
          at += 1
          depth -= 1
        } else {
          if opened == .object { try skipName(bytes) }
          continue
        }
      }
      guard try closeContainers(bytes, &depth, outer, objects) else { return }
    }
  }

  private enum Opened { case scalar, array, object }

  private mutating func skipScalarOrOpen(_ bytes: Span<UInt8>) throws(JSONError) -> Opened {
    skipSpace(bytes)
    switch try peek(bytes) {
    case UInt8(ascii: "\""): _ = try skipString(bytes)
    case UInt8(ascii: "{"):
      at += 1
      return .object
    case UInt8(ascii: "["):
      at += 1
      return .array
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try skipNumber(bytes)
    case UInt8(ascii: "t"): try skipWord("true", bytes)
    case UInt8(ascii: "f"): try skipWord("false", bytes)
    case UInt8(ascii: "n"): try skipWord("null", bytes)
    default: throw JSONError(.unexpectedByte, at: at)
    }
    return .scalar
  }

  /// After a value: steps over closing brackets, then a comma and an object's next name.
  ///
  /// - Returns: whether another value follows; false when the outermost is complete.
  private mutating func closeContainers(
    _ bytes: Span<UInt8>, _ depth: inout Int, _ outer: Int, _ objects: UInt64
  ) throws(JSONError) -> Bool {
    while depth > outer {
      skipSpace(bytes)
      let inObject = objects & (1 << UInt64(depth - 1)) != 0
      switch try peek(bytes) {
      case UInt8(ascii: ","):
        at += 1
        if inObject { try skipName(bytes) }
        return true
      case inObject ? UInt8(ascii: "}") : UInt8(ascii: "]"):
        at += 1
        depth -= 1
      default: throw JSONError(.unexpectedByte, at: at)
      }
    }
    return false
  }

  private mutating func skipName(_ bytes: Span<UInt8>) throws(JSONError) {
    skipSpace(bytes)
    guard try peek(bytes) == UInt8(ascii: "\"") else { throw JSONError(.unexpectedByte, at: at) }
    _ = try skipString(bytes)
    skipSpace(bytes)
    try expect(UInt8(ascii: ":"), bytes)
  }

  private mutating func skipWord(_ word: StaticString, _ bytes: Span<UInt8>) throws(JSONError) {
    for byte in word.description.utf8 { try expect(byte, bytes) }
  }

  private mutating func skipNumber(_ bytes: Span<UInt8>) throws(JSONError) {
    let start = at
    if bytes[at] == UInt8(ascii: "-") { at += 1 }
    let first = at
    try skipDigits(bytes, from: start)
    if bytes[first] == UInt8(ascii: "0"), at - first > 1 { throw JSONError(.badNumber, at: start) }
    if at < bytes.count, bytes[at] == UInt8(ascii: ".") {
      at += 1
      try skipDigits(bytes, from: start)
    }
    if at < bytes.count, bytes[at] | 0x20 == UInt8(ascii: "e") {
      at += 1
      if at < bytes.count, bytes[at] == UInt8(ascii: "+") || bytes[at] == UInt8(ascii: "-") { at += 1 }
      try skipDigits(bytes, from: start)
    }
  }

  private mutating func skipDigits(_ bytes: Span<UInt8>, from start: Int) throws(JSONError) {
    let first = at
    while at < bytes.count, bytes[at] &- UInt8(ascii: "0") <= 9 { at += 1 }
    guard at > first else { throw JSONError(.badNumber, at: start) }
  }
}
