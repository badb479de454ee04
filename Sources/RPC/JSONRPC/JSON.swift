/// A JSON value (RFC 8259). Members keep their order and numbers their literal, so that what came in goes out unchanged.
public enum JSON: Sendable, Hashable {
  /// The literal `null`; a member that is not there is something else.
  case null
  /// The literals `true` and `false`.
  case bool(Bool)
  /// A number with its literal, so of any size and precision.
  case number(JSONNumber)
  /// A text without its escapes.
  case string(String)
  /// Values in their order.
  case array([JSON])
  /// Members in their order, each name once.
  case object(JSONObject)
}

extension JSON {
  /// A whole number; one that 64 bits cannot hold is clamped.
  public static func int(_ value: some BinaryInteger & Sendable) -> JSON { .number(JSONNumber(Int64(clamping: value))) }

  /// A finite double in its shortest round-trip form; NaN and infinities, which JSON lacks, become null.
  public static func double(_ value: Double) -> JSON { JSONNumber(value).map(JSON.number) ?? .null }

  /// Whether it is `null`; of what a subscript gave also whether there is no such member or element.
  public var isNull: Bool { self == .null }

  /// The truth value; nil for anything else, also for 0, 1 and texts.
  public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }

  /// The text; nil for anything else, also for numbers.
  public var string: String? { if case .string(let value) = self { value } else { nil } }

  /// The integer, also for `1.0`; nil for a fraction or beyond 64 bits.
  public var int: Int64? { if case .number(let value) = self { value.int } else { nil } }

  /// The nearest double, infinite beyond its range; nil for what is no number.
  public var double: Double? { if case .number(let value) = self { value.double } else { nil } }

  /// The elements; nil for anything else.
  public var array: [JSON]? { if case .array(let value) = self { value } else { nil } }

  /// The members; nil for anything else.
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
  /// A text.
  public init(stringLiteral value: String) { self = .string(value) }
  /// `true` or `false`.
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  /// A whole number of 64 bits.
  public init(integerLiteral value: Int64) { self = .int(value) }
  /// A double, with a fraction also when it is whole: `1.0`.
  public init(floatLiteral value: Double) { self = .double(value) }
  /// A list of values.
  public init(arrayLiteral elements: JSON...) { self = .array(elements) }
  /// An object; of members with the same name the last counts.
  public init(dictionaryLiteral elements: (String, JSON)...) { self = .object(JSONObject(elements)) }
}

extension JSON {
  /// A text, or null for nil.
  public init(_ value: String?) { self = value.map(JSON.string) ?? .null }
  /// A list of texts.
  public init(_ values: [String]) { self = .array(values.map(JSON.string)) }
}
