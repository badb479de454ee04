/// One value within a text that was scanned before: steps into objects and arrays without making values of them.
public struct JSONSlice: Sendable {
  private let text: [UInt8]
  private let range: Range<Int>

  /// - Parameter text: one JSON value.
  public init(_ text: [UInt8]) {
    self.text = text
    range = 0..<text.count
  }

  private init(_ text: [UInt8], _ range: Range<Int>) {
    self.text = text
    self.range = range
  }

  /// The value's own bytes.
  public var bytes: ArraySlice<UInt8> { text[range] }

  /// Whether the value is `null`.
  public var isNull: Bool { bytes.elementsEqual("null".utf8) }

  /// An unsigned integer of at most 18 digits; nil for anything else.
  public var unsignedInteger: Int64? { text.span.unsignedInteger(range) }

  /// The value as a value.
  public func json() throws(JSONError) -> JSON { try JSON(parsing: Array(bytes)) }

  /// The members of an object, scanned once; none in anything else.
  public var members: Members {
    Members(slice: self, found: try? JSONMembers(scanning: text.span.extracting(range)))
  }

  /// An object's members by name.
  public struct Members: Sendable {
    fileprivate let slice: JSONSlice
    fileprivate let found: JSONMembers?

    /// The last member of this name.
    public subscript(_ name: String) -> JSONSlice? { found?[name].map { slice.at($0) } }

    /// Whether there is none.
    public var isEmpty: Bool { found?.members.isEmpty ?? true }
  }

  /// The elements of an array; empty for anything else.
  public var elements: [JSONSlice] {
    let span = text.span.extracting(range)
    var json = JSONScanner()
    var elements: [JSONSlice] = []
    do throws(JSONError) {
      json.skipSpace(span)
      try json.expect(UInt8(ascii: "["), span)
      json.skipSpace(span)
      guard try json.peek(span) != UInt8(ascii: "]") else { return [] }
      while true {
        json.skipSpace(span)
        let start = json.at
        try json.skipValue(span, depth: 1)
        elements.append(at(start..<json.at))
        json.skipSpace(span)
        guard try json.peek(span) == UInt8(ascii: ",") else { return elements }
        json.move(to: json.at + 1)
      }
    } catch {
      return []
    }
  }

  fileprivate func at(_ place: Range<Int>) -> JSONSlice {
    JSONSlice(text, place.lowerBound + range.lowerBound..<place.upperBound + range.lowerBound)
  }
}
