/// The members of one object by their places, for who needs a few of them from bytes that otherwise pass on unread.
public struct JSONMembers: Sendable, Equatable {
  /// In the order written; a name with escapes is given as it is written, without its quotes.
  public private(set) var members: [(name: String, value: Range<Int>)] = []

  /// - Throws: ``JSONError``, also when the text is not an object.
  public init(scanning bytes: Span<UInt8>) throws(JSONError) {
    var json = JSONScanner()
    json.skipSpace(bytes)
    try json.expect(UInt8(ascii: "{"), bytes)
    json.skipSpace(bytes)
    if try json.peek(bytes) == UInt8(ascii: "}") {
      json.move(to: json.at + 1)
    } else {
      while try append(&json, bytes) {}
    }
    json.skipSpace(bytes)
    guard json.at == bytes.count else { throw JSONError(.trailingBytes, at: json.at) }
  }

  /// The place of the last member of this name.
  public subscript(_ name: String) -> Range<Int>? { members.last { $0.name == name }?.value }

  private mutating func append(_ json: inout JSONScanner, _ bytes: Span<UInt8>) throws(JSONError) -> Bool {
    json.skipSpace(bytes)
    guard try json.peek(bytes) == UInt8(ascii: "\"") else { throw JSONError(.unexpectedByte, at: json.at) }
    let start = json.at + 1
    _ = try json.skipString(bytes)
    let name = bytes.text(start..<json.at - 1)
    json.skipSpace(bytes)
    try json.expect(UInt8(ascii: ":"), bytes)
    json.skipSpace(bytes)
    let value = json.at
    try json.skipValue(bytes, depth: 1)
    members.append((name, value..<json.at))
    json.skipSpace(bytes)
    let byte = try json.peek(bytes)
    guard byte == UInt8(ascii: ",") || byte == UInt8(ascii: "}") else { throw JSONError(.unexpectedByte, at: json.at) }
    json.move(to: json.at + 1)
    return byte == UInt8(ascii: ",")
  }

  /// Equal names and places in the same order.
  public static func == (left: JSONMembers, right: JSONMembers) -> Bool {
    left.members.elementsEqual(right.members) { $0.name == $1.name && $0.value == $1.value }
  }
}

extension Span<UInt8> {
  /// The bytes of a range as an array.
  public func array(_ range: Range<Int>) -> [UInt8] {
    var array: [UInt8] = []
    array.reserveCapacity(range.count)
    for index in range { array.append(self[index]) }
    return array
  }

  /// The bytes of a range as text.
  public func text(_ range: Range<Int>) -> String { String(decoding: array(range), as: UTF8.self) }

  /// A range's digits as a number; nil when it is anything but an integer of at most 18 digits without sign.
  public func unsignedInteger(_ range: Range<Int>) -> Int64? {
    guard (1...18).contains(range.count) else { return nil }
    var value: Int64 = 0
    for index in range {
      let digit = self[index] &- UInt8(ascii: "0")
      guard digit <= 9 else { return nil }
      value = value * 10 + Int64(digit)
    }
    return value
  }
}
