/// A JSON value (RFC 8259). Members keep their order and numbers their literal, so that what came in goes out unchanged.
public enum JSON: Sendable, Hashable {
  case null
  case bool(Bool)
  case number(JSONNumber)
  case string(String)
  case array([JSON])
  case object(JSONObject)
}

extension JSON {
  /// A whole number; one that 64 bits cannot hold is clamped.
  public static func int(_ value: some BinaryInteger & Sendable) -> JSON { .number(JSONNumber(Int64(clamping: value))) }

  /// A finite double in its shortest round-trip form; NaN and infinities, which JSON lacks, become null.
  public static func double(_ value: Double) -> JSON { JSONNumber(value).map(JSON.number) ?? .null }

  public var isNull: Bool { self == .null }

  public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }

  public var string: String? { if case .string(let value) = self { value } else { nil } }

  /// The integer, also for `1.0`; nil for a fraction or beyond 64 bits.
  public var int: Int64? { if case .number(let value) = self { value.int } else { nil } }

  public var double: Double? { if case .number(let value) = self { value.double } else { nil } }

  public var array: [JSON]? { if case .array(let value) = self { value } else { nil } }

  public var object: JSONObject? { if case .object(let value) = self { value } else { nil } }

  /// The member of an object, or null: for reading answers whose shape is known.
  public subscript(_ key: String) -> JSON { object?[key] ?? .null }

  /// The element of an array, or null.
  public subscript(_ index: Int) -> JSON {
    guard case .array(let items) = self, items.indices.contains(index) else { return .null }
    return items[index]
  }
}

// No nil literal: `condition ? nil : json` as an optional would mean null, never absence.
extension JSON: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
  ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  public init(stringLiteral value: String) { self = .string(value) }
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  public init(integerLiteral value: Int64) { self = .int(value) }
  public init(floatLiteral value: Double) { self = .double(value) }
  public init(arrayLiteral elements: JSON...) { self = .array(elements) }
  public init(dictionaryLiteral elements: (String, JSON)...) { self = .object(JSONObject(elements)) }
}

extension JSON {
  public init(_ value: String?) { self = value.map(JSON.string) ?? .null }
  public init(_ values: [String]) { self = .array(values.map(JSON.string)) }
}
