/// A recursive-descent parser (RFC 8259) over borrowed bytes; it keeps only the place it has reached.
struct JSONParser {
  private static let fewNames = 8

  private let depthLimit: Int
  private var at = 0

  init(depthLimit: Int) { self.depthLimit = depthLimit }

  mutating func document(_ bytes: Span<UInt8>) throws(JSONError) -> JSON {
    let value = try value(bytes, depth: 0)
    skipSpace(bytes)
    guard at == bytes.count else { throw JSONError(.trailingBytes, at: at) }
    return value
  }

  private mutating func value(_ bytes: Span<UInt8>, depth: Int) throws(JSONError) -> JSON {
    skipSpace(bytes)
    switch try peek(bytes) {
    case UInt8(ascii: "{"): return try object(bytes, depth: depth + 1)
    case UInt8(ascii: "["): return try array(bytes, depth: depth + 1)
    case UInt8(ascii: "\""): return .string(try string(bytes))
    case UInt8(ascii: "t"): return try word("true", .bool(true), bytes)
    case UInt8(ascii: "f"): return try word("false", .bool(false), bytes)
    case UInt8(ascii: "n"): return try word("null", .null, bytes)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try number(bytes))
    default: throw JSONError(.unexpectedByte, at: at)
    }
  }

  private mutating func object(_ bytes: Span<UInt8>, depth: Int) throws(JSONError) -> JSON {
    guard depth <= depthLimit else { throw JSONError(.tooDeep, at: at) }
    at += 1
    var object = JSONObject()
    var names: Set<String> = []  // filled once there are too many to look through
    skipSpace(bytes)
    if try peek(bytes) == UInt8(ascii: "}") {
      at += 1
      return .object(object)
    }
    while true {
      skipSpace(bytes)
      guard try peek(bytes) == UInt8(ascii: "\"") else { throw JSONError(.unexpectedByte, at: at) }
      let name = try string(bytes)
      skipSpace(bytes)
      try expect(UInt8(ascii: ":"), bytes)
      let member = try value(bytes, depth: depth)
      if object.count == Self.fewNames { names = Set(object.names) }
      let isNew = object.count < Self.fewNames ? object[name] == nil : names.insert(name).inserted
      if isNew { object.appendNew(name, member) } else { object[name] = member }
      if try closes(with: UInt8(ascii: "}"), bytes) { return .object(object) }
    }
  }

  private mutating func array(_ bytes: Span<UInt8>, depth: Int) throws(JSONError) -> JSON {
    guard depth <= depthLimit else { throw JSONError(.tooDeep, at: at) }
    at += 1
    skipSpace(bytes)
    if try peek(bytes) == UInt8(ascii: "]") {
      at += 1
      return .array([])
    }
    var items: [JSON] = []
    while true {
      items.append(try value(bytes, depth: depth))
      if try closes(with: UInt8(ascii: "]"), bytes) { return .array(items) }
    }
  }

  /// After an element: a comma goes on, `close` ends.
  private mutating func closes(with close: UInt8, _ bytes: Span<UInt8>) throws(JSONError) -> Bool {
    skipSpace(bytes)
    let byte = try peek(bytes)
    guard byte == close || byte == UInt8(ascii: ",") else { throw JSONError(.unexpectedByte, at: at) }
    at += 1
    return byte == close
  }

  private mutating func word(_ text: StaticString, _ value: JSON, _ bytes: Span<UInt8>) throws(JSONError) -> JSON {
    for byte in "\(text)".utf8 { try expect(byte, bytes) }
    return value
  }

  private mutating func number(_ bytes: Span<UInt8>) throws(JSONError) -> JSONNumber {
    let start = at
    if bytes[at] == UInt8(ascii: "-") { at += 1 }
    let first = at
    try digits(bytes, from: start)
    if bytes[first] == UInt8(ascii: "0"), at - first > 1 { throw JSONError(.badNumber, at: start) }
    if at < bytes.count, bytes[at] == UInt8(ascii: ".") {
      at += 1
      try digits(bytes, from: start)
    }
    if at < bytes.count, bytes[at] == UInt8(ascii: "e") || bytes[at] == UInt8(ascii: "E") {
      at += 1
      if at < bytes.count, bytes[at] == UInt8(ascii: "+") || bytes[at] == UInt8(ascii: "-") { at += 1 }
      try digits(bytes, from: start)
    }
    return JSONNumber(validated: try text(bytes.extracting(start..<at), at: start))
  }

  private mutating func digits(_ bytes: Span<UInt8>, from start: Int) throws(JSONError) {
    let first = at
    while at < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[at]) { at += 1 }
    guard at > first else { throw JSONError(.badNumber, at: start) }
  }

  private mutating func string(_ bytes: Span<UInt8>) throws(JSONError) -> String {
    at += 1
    let start = at
    while at < bytes.count, bytes[at] != UInt8(ascii: "\""), bytes[at] != UInt8(ascii: "\\"), bytes[at] >= 0x20 { at += 1 }
    guard try peek(bytes) != UInt8(ascii: "\"") else {
      at += 1
      return try text(bytes.extracting(start..<at - 1), at: start)
    }
    return try escapedString(bytes, from: start)
  }

  private func text(_ bytes: Span<UInt8>, at start: Int) throws(JSONError) -> String {
    do {
      return String(copying: try UTF8Span(validating: bytes))
    } catch {
      throw JSONError(.badUTF8, at: start)
    }
  }

  /// The rest of a string that needs more than copying; `start` is behind its opening quote.
  private mutating func escapedString(_ bytes: Span<UInt8>, from start: Int) throws(JSONError) -> String {
    var text = bytes.array(start..<at)
    while true {
      let byte = try peek(bytes)
      switch byte {
      case UInt8(ascii: "\""):
        at += 1
        return try self.text(text.span, at: start)
      case UInt8(ascii: "\\"): try escape(bytes, into: &text)
      case 0..<0x20: throw JSONError(.controlCharacter, at: at)
      default:
        text.append(byte)
        at += 1
      }
    }
  }

  private mutating func escape(_ bytes: Span<UInt8>, into text: inout [UInt8]) throws(JSONError) {
    let start = at
    at += 1
    let byte = try peek(bytes)
    at += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"):
      var code = UInt32(try hexQuad(bytes))
      if (0xD800..<0xDC00).contains(code) {
        try expect(UInt8(ascii: "\\"), bytes)
        try expect(UInt8(ascii: "u"), bytes)
        let low = UInt32(try hexQuad(bytes))
        guard (0xDC00..<0xE000).contains(low) else { throw JSONError(.badEscape, at: start) }
        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(code) else { throw JSONError(.badEscape, at: start) }
      text.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    default: throw JSONError(.badEscape, at: start)
    }
  }

  private mutating func hexQuad(_ bytes: Span<UInt8>) throws(JSONError) -> UInt16 {
    var value: UInt16 = 0
    for _ in 0..<4 {
      let byte = try peek(bytes)
      guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { throw JSONError(.badEscape, at: at) }
      value = value << 4 | UInt16(digit)
      at += 1
    }
    return value
  }

  private mutating func expect(_ byte: UInt8, _ bytes: Span<UInt8>) throws(JSONError) {
    guard try peek(bytes) == byte else { throw JSONError(.unexpectedByte, at: at) }
    at += 1
  }

  private func peek(_ bytes: Span<UInt8>) throws(JSONError) -> UInt8 {
    guard at < bytes.count else { throw JSONError(.unexpectedEnd, at: at) }
    return bytes[at]
  }

  private mutating func skipSpace(_ bytes: Span<UInt8>) {
    while at < bytes.count {
      switch bytes[at] {
      case 0x20, 0x09, 0x0A, 0x0D: at += 1
      default: return
      }
    }
  }
}
