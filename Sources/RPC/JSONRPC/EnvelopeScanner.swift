/// Validates one frame and finds the members of its envelope, in one pass and without decoding their values.
public struct EnvelopeScanner {
  /// The highest id: what every language's numbers hold exactly.
  public static let idLimit: Int64 = 9_007_199_254_740_991

  private enum Member: Int {
    case jsonrpc, id, method, params, result, error, meta

    var name: String {
      switch self {
      case .jsonrpc: "jsonrpc"
      case .id: "id"
      case .method: "method"
      case .params: "params"
      case .result: "result"
      case .error: "error"
      case .meta: "meta"
      }
    }
  }

  private var json = JSONScanner()
  private var places = InlineArray<7, Range<Int>?>(repeating: nil)
  private var methodHasEscapes = false
  /// The first thing wrong with the envelope, reported once the grammar is known to be right.
  private var problem: EnvelopeError?

  private init() {}

  /// - Parameter bytes: the body of a frame.
  /// - Throws: ``EnvelopeError``, whose description can be shown to the peer's author.
  public static func scan(_ bytes: Span<UInt8>) throws(EnvelopeError) -> Envelope {
    var scanner = EnvelopeScanner()
    do {
      try scanner.object(bytes)
    } catch {
      throw .malformed(error)
    }
    if let problem = scanner.problem { throw problem }
    return try scanner.envelope(bytes)
  }

  private mutating func object(_ bytes: Span<UInt8>) throws(JSONError) {
    json.skipSpace(bytes)
    guard try json.peek(bytes) == UInt8(ascii: "{") else {
      note(.notAnObject)
      return
    }
    json.move(to: json.at + 1)
    json.skipSpace(bytes)
    if try json.peek(bytes) == UInt8(ascii: "}") {
      json.move(to: json.at + 1)
    } else {
      while try member(bytes) {}
    }
    json.skipSpace(bytes)
    guard json.at == bytes.count else { throw JSONError(.trailingBytes, at: json.at) }
  }

  /// - Returns: whether another member follows.
  private mutating func member(_ bytes: Span<UInt8>) throws(JSONError) -> Bool {
    json.skipSpace(bytes)
    guard try json.peek(bytes) == UInt8(ascii: "\"") else { throw JSONError(.unexpectedByte, at: json.at) }
    let start = json.at + 1
    _ = try json.skipString(bytes)
    let member = Self.member(bytes, start..<json.at - 1)
    if member == nil { note(.unknownMember(at: start)) }
    json.skipSpace(bytes)
    try json.expect(UInt8(ascii: ":"), bytes)
    json.skipSpace(bytes)
    try value(of: member, bytes)
    json.skipSpace(bytes)
    let byte = try json.peek(bytes)
    guard byte == UInt8(ascii: ",") || byte == UInt8(ascii: "}") else { throw JSONError(.unexpectedByte, at: json.at) }
    json.move(to: json.at + 1)
    return byte == UInt8(ascii: ",")
  }

  private mutating func value(of member: Member?, _ bytes: Span<UInt8>) throws(JSONError) {
    let start = json.at
    if member == .method, try json.peek(bytes) == UInt8(ascii: "\"") {
      methodHasEscapes = try json.skipString(bytes)
    } else {
      try json.skipValue(bytes, depth: 1)
    }
    guard let member else { return }
    if places[member.rawValue] != nil { note(.duplicateMember(member.name)) }
    places[member.rawValue] = start..<json.at
  }

  private mutating func note(_ error: EnvelopeError) { problem = problem ?? error }

  /// A name written with escapes is no member: nobody needs to write `id` as `\u0069d`, but a duplicate could hide behind it.
  private static func member(_ bytes: Span<UInt8>, _ name: Range<Int>) -> Member? {
    guard let first = name.first else { return nil }
    let member: Member
    switch (name.count, bytes[first]) {
    case (2, UInt8(ascii: "i")): member = .id
    case (4, UInt8(ascii: "m")): member = .meta
    case (5, UInt8(ascii: "e")): member = .error
    case (6, UInt8(ascii: "m")): member = .method
    case (6, UInt8(ascii: "p")): member = .params
    case (6, UInt8(ascii: "r")): member = .result
    case (7, UInt8(ascii: "j")): member = .jsonrpc
    default: return nil
    }
    var index = name.lowerBound
    for byte in member.name.utf8 {
      guard bytes[index] == byte else { return nil }
      index += 1
    }
    return member
  }
}

extension EnvelopeScanner {
  private func place(_ member: Member) -> Range<Int>? { places[member.rawValue] }

  private func envelope(_ bytes: Span<UInt8>) throws(EnvelopeError) -> Envelope {
    guard let version = place(.jsonrpc), version.count == 5, bytes[version.lowerBound] == UInt8(ascii: "\""),
      bytes[version.lowerBound + 1] == UInt8(ascii: "2"), bytes[version.lowerBound + 2] == UInt8(ascii: "."),
      bytes[version.lowerBound + 3] == UInt8(ascii: "0")
    else { throw .badMember("jsonrpc", mustBe: "\"2.0\"") }
    for member in [Member.params, .error, .meta] {
      if let place = place(member), bytes[place.lowerBound] != UInt8(ascii: "{") { throw .badMember(member.name, mustBe: "an object") }
    }
    var id: Int64?
    if let place = place(.id) { id = try Self.id(bytes, place) }
    switch (id, place(.method), place(.result), place(.error)) {
    case (let id, let method?, nil, nil):
      let kind = id.map { Envelope.Kind.request(id: $0) } ?? .notification
      return Envelope(kind: kind, method: try methodName(bytes, method), body: place(.params), meta: place(.meta))
    case (let id?, nil, let result?, nil) where place(.params) == nil && place(.meta) == nil:
      return Envelope(kind: .result(id: id), method: "", body: result, meta: nil)
    case (let id?, nil, nil, let error?) where place(.params) == nil && place(.meta) == nil:
      return Envelope(kind: .error(id: id), method: "", body: error, meta: nil)
    default: throw .mismatched
    }
  }

  private static func id(_ bytes: Span<UInt8>, _ place: Range<Int>) throws(EnvelopeError) -> Int64 {
    var id: Int64 = 0
    for index in place {
      guard bytes[index] >= UInt8(ascii: "0"), bytes[index] <= UInt8(ascii: "9"), place.count <= 16 else {
        throw .badMember("id", mustBe: "an integer from 1 to \(idLimit)")
      }
      id = id * 10 + Int64(bytes[index] - UInt8(ascii: "0"))
    }
    guard (1...idLimit).contains(id) else { throw .badMember("id", mustBe: "an integer from 1 to \(idLimit)") }
    return id
  }

  private func methodName(_ bytes: Span<UInt8>, _ place: Range<Int>) throws(EnvelopeError) -> String {
    guard bytes[place.lowerBound] == UInt8(ascii: "\""), place.count > 2 else { throw .badMember("method", mustBe: "a name") }
    let text = methodHasEscapes ? place : place.lowerBound + 1..<place.upperBound - 1
    var letters: [UInt8] = []
    letters.reserveCapacity(text.count)
    for index in text { letters.append(bytes[index]) }
    guard methodHasEscapes else { return String(decoding: letters, as: UTF8.self) }
    do {
      return try JSON(parsing: letters).string ?? ""
    } catch {
      throw .malformed(error)
    }
  }
}
