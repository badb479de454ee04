public import JSONRPC

/// A field of a collection: its type, what a client may write, and how storage keeps it.
public struct FieldSpec: Sendable, Equatable {
  /// snake_case; the member's name in bodies and shapes unless ``writtenAs`` or a shape gives another.
  public var name: String
  /// What it holds; for storage also how it is kept.
  public var type: FieldType
  /// A client must send it on create.
  public var isRequired = false
  /// Null may be stored, and is what is stored when nothing was sent and there is no default.
  public var isNullable = false
  /// What is stored when nothing was sent; nil = the type's empty value, or null when nullable.
  public var defaultValue: JSON?
  /// Clients cannot write it; plugins can.
  public var isReadOnly = false
  /// Written on create only.
  public var isImmutable = false
  /// Never in generic shapes.
  public var isPrivate = false
  /// Empty text is allowed; nil = exactly when the field is not required.
  public var isBlankAllowed: Bool?
  /// Of a text in code points, of a list of ``items`` in items.
  public var maxLength: Int?
  /// The least value of a number that clients may write; nil = what the type holds.
  public var minimum: Int64?
  /// The greatest value of a number that clients may write; nil = what the type holds.
  public var maximum: Int64?
  /// The texts that clients may write; empty = any text.
  public var choices: [String] = []
  /// What a text that clients write must look like; nil = anything.
  public var format: Format?
  /// The time that storage writes into a datetime; nil = none, it is written like any other field.
  public var auto: Auto?
  /// The verbose name in uniqueness messages.
  public var label: String?
  /// The names under which a client writes it, the first one in messages; empty = its own name.
  public var writtenAs: [String] = []

  /// Of a JSON field: what is in it, for the interface description.
  public var schema: JSON?
  /// Of a JSON field in the body of a route: it is a list of objects with these members, which the host checks and fills in as it does the
  /// body's own; empty = any JSON.
  public var items: [FieldSpec] = []
  /// Of a required field in the body of a route: all that who leaves it out is told, as `error`; nil = the message of its field.
  public var absence: String?
  /// Of a reference: what the row it points at and this row must have in common, as the target's field and this row's (`$key`: its key).
  public var matching: [String: String] = [:]
  /// Of a reference: the row it points at cannot be deleted while rows of this collection that meet these conditions point at it.
  public var holds: [Condition]?
  /// Of a reference to its own collection: the rows are a tree of at most so many levels, without rings.
  public var levelLimit: Int?

  /// What a text must look like.
  public enum Format: String, Sendable {
    /// A whole URL, as the validation of the HTTP interface understands it.
    case url
    /// One part of a path: no slash.
    case segment
  }

  /// When storage writes the time itself.
  public enum Auto: String, Sendable {
    /// Time of insert.
    case created
    /// Time of the last change.
    case updated
  }

  /// - Parameters:
  ///   - name: snake_case.
  ///   - type: what it holds; everything else has its default until it is set.
  public init(_ name: String, _ type: FieldType) {
    self.name = name
    self.type = type
  }
}

/// The type of a field.
public enum FieldType: Sendable, Equatable {
  /// Text of any length, or of at most `max_length` code points.
  case text
  /// 32 bits.
  case integer
  /// 64 bits.
  case bigint
  /// A double; shortest round-trip form on the wire.
  case float
  /// A decimal of 1 to 18 digits, of which `places` stand behind the point: a string with fixed places on the wire, rounded half to even.
  case decimal(digits: Int, places: Int)
  /// True or false, as in JSON.
  case boolean
  /// UTC, microseconds.
  case datetime
  /// Any JSON; stored and answered as it was sent, nothing in it is replaced.
  case json
  /// A UUID: lower-case text with hyphens on the wire.
  case uuid
  /// The key of a row of the collection `to`, which must be there and of the same tenant, or shared.
  case reference(to: String, onDelete: OnDelete)

  /// What becomes of a row whose target is deleted.
  public enum OnDelete: String, Sendable {
    /// It is deleted, too.
    case cascade
    /// Its reference becomes null; only for a nullable field.
    case null
    /// The target cannot be deleted while the row points at it: `in_use` (409).
    case restrict
  }

  /// The word of the protocol.
  public var word: String {
    switch self {
    case .text: "text"
    case .integer: "integer"
    case .bigint: "bigint"
    case .float: "float"
    case .decimal: "decimal"
    case .boolean: "boolean"
    case .datetime: "datetime"
    case .json: "json"
    case .uuid: "uuid"
    case .reference: "reference"
    }
  }
}

/// Short forms for declarations: `.text("title", max: 200).required()`.
extension FieldSpec {
  /// Text, of at most `max` characters.
  public static func text(_ name: String, max: Int? = nil) -> FieldSpec { FieldSpec(name, .text).with { $0.maxLength = max } }
  /// Text that is one of the choices.
  public static func choice(_ name: String, _ choices: [String], default value: String? = nil, max: Int = 20) -> FieldSpec {
    FieldSpec(name, .text).with {
      $0.choices = choices
      $0.maxLength = max
      $0.defaultValue = value.map(JSON.string)
    }
  }
  /// A whole number of 32 bits.
  public static func integer(_ name: String, default value: Int64 = 0) -> FieldSpec { FieldSpec(name, .integer).defaults(.int(value)) }
  /// A whole number of 64 bits.
  public static func bigint(_ name: String, default value: Int64 = 0) -> FieldSpec { FieldSpec(name, .bigint).defaults(.int(value)) }
  /// A double.
  public static func float(_ name: String, default value: Double = 0) -> FieldSpec { FieldSpec(name, .float).defaults(.double(value)) }
  /// A decimal of so many digits, so many of them behind the point.
  public static func decimal(_ name: String, _ digits: Int, _ places: Int) -> FieldSpec {
    FieldSpec(name, .decimal(digits: digits, places: places)).defaults("0")
  }
  /// True or false.
  public static func boolean(_ name: String, default value: Bool) -> FieldSpec { FieldSpec(name, .boolean).defaults(.bool(value)) }
  /// A point in time, in microseconds.
  public static func datetime(_ name: String) -> FieldSpec { FieldSpec(name, .datetime) }
  /// Any JSON, kept as sent.
  public static func json(_ name: String, default value: JSON) -> FieldSpec { FieldSpec(name, .json).defaults(value) }
  /// A UUID.
  public static func uuid(_ name: String) -> FieldSpec { FieldSpec(name, .uuid) }
  /// The key of a row of another collection.
  public static func reference(_ name: String, to collection: String, onDelete: FieldType.OnDelete = .cascade) -> FieldSpec {
    FieldSpec(name, .reference(to: collection, onDelete: onDelete))
  }
  /// Time of insert, read-only.
  public static let createdAt = FieldSpec.datetime("created_at").readOnly().with { $0.auto = .created }
  /// Time of the last change, read-only.
  public static let updatedAt = FieldSpec.datetime("updated_at").readOnly().with { $0.auto = .updated }

  /// A list of objects with these members.
  public static func list(_ name: String, of items: [FieldSpec], max: Int) -> FieldSpec {
    FieldSpec(name, .json).with {
      $0.items = items
      $0.maxLength = max
    }
  }

  /// Must be given on create.
  public func required() -> FieldSpec { with { $0.isRequired = true } }
  /// Must be given in a body; this is all that who leaves it out is told.
  public func required(orElse absence: String) -> FieldSpec { required().with { $0.absence = absence } }
  /// May be null.
  public func nullable() -> FieldSpec { with { $0.isNullable = true } }
  /// Not taken from clients.
  public func readOnly() -> FieldSpec { with { $0.isReadOnly = true } }
  /// Taken on create only.
  public func immutable() -> FieldSpec { with { $0.isImmutable = true } }
  /// What the interface description says of a JSON field.
  public func shown(as schema: JSONSchema) -> FieldSpec { with { $0.schema = schema.json } }
  /// The row it points at must agree with this one: `.matching("project", "project")`.
  public func matching(_ targetField: String, _ ownField: String) -> FieldSpec { with { $0.matching[targetField] = ownField } }
  /// Keeps the row it points at from being deleted, while these conditions hold for this row.
  public func holding(_ conditions: Condition...) -> FieldSpec { with { $0.holds = conditions } }
  /// The names under which clients write it; the first stands in messages.
  public func written(as names: String...) -> FieldSpec { with { $0.writtenAs = names } }
  /// Never shown in generic shapes.
  public func hidden() -> FieldSpec { with { $0.isPrivate = true } }
  /// What is stored when nothing was sent.
  public func defaults(_ value: JSON) -> FieldSpec { with { $0.defaultValue = value } }
  /// A changed copy.
  public func with(_ change: (inout FieldSpec) -> Void) -> FieldSpec {
    var copy = self
    change(&copy)
    return copy
  }
}
