public import JSONRPC

/// One condition of a filter (docs/PROTOCOL.md, section 8.2); the conditions of a list must all hold.
public indirect enum Condition: Sendable, Equatable {
  /// `field` may go through references: `execution_round.project`.
  case compare(field: String, op: Op, value: JSON)
  /// At least one of these lists holds.
  case any([[Condition]])

  /// How a field is compared.
  public enum Op: String, Sendable {
    /// Equal; null equals null.
    case eq
    /// The opposite of ``eq``, so it holds between null and a value.
    case ne
    /// Less than; never holds for null, as the three below. Text is compared by code point.
    case lt
    /// At most.
    case le
    /// Greater than.
    case gt
    /// At least.
    case ge
    /// The value is a list.
    case `in`
    /// The value is true or false.
    case isnull
    /// Case-insensitive substring, nothing in it is special.
    case contains
  }

  /// Equal; null equals null.
  public static func eq(_ field: String, _ value: JSON) -> Condition { .compare(field: field, op: .eq, value: value) }
  /// The opposite of ``eq(_:_:)``, also for null.
  public static func ne(_ field: String, _ value: JSON) -> Condition { .compare(field: field, op: .ne, value: value) }
  /// One of these values.
  public static func isIn(_ field: String, _ values: [JSON]) -> Condition { .compare(field: field, op: .in, value: .array(values)) }
  /// Null, or with `false` not null.
  public static func isNull(_ field: String, _ value: Bool = true) -> Condition { .compare(field: field, op: .isnull, value: .bool(value)) }

  /// Reads `[field, op, value]` or `{"any": [[…], …]}`; whether the field exists is for storage to say.
  ///
  /// - Parameters:
  ///   - json: the wire form.
  ///   - path: where the condition stands in the whole, for messages.
  /// - Throws: ``SpecError`` for another form, an unknown operator, `in` without a list, or `isnull` without true or false.
  public init(json: JSON, path: String) throws(SpecError) {
    if let object = json.object, let any = object["any"]?.array, object.count == 1 {
      var groups: [[Condition]] = []
      for (index, group) in any.enumerated() { groups.append(try Condition.list(group, "\(path).any[\(index)]")) }
      self = .any(groups)
      return
    }
    guard let items = json.array, items.count == 3, let field = items[0].string, let opText = items[1].string else {
      throw SpecError(path, "must be [field, op, value] or {\"any\": […]}")
    }
    guard let op = Op(rawValue: opText) else { throw SpecError(path, "\(opText) is not an operator") }
    if op == .in, items[2].array == nil { throw SpecError(path, "in needs a list") }
    if op == .isnull, items[2].bool == nil { throw SpecError(path, "isnull needs true or false") }
    self = .compare(field: field, op: op, value: items[2])
  }

  /// Reads a whole filter.
  public static func list(_ json: JSON, _ path: String) throws(SpecError) -> [Condition] {
    guard let items = json.array else { throw SpecError(path, "must be a list of conditions") }
    var conditions: [Condition] = []
    for (index, item) in items.enumerated() { conditions.append(try Condition(json: item, path: "\(path)[\(index)]")) }
    return conditions
  }

  /// The wire form: `[field, op, value]` or `{"any": [[…], …]}`.
  public var json: JSON {
    switch self {
    case .compare(let field, let op, let value): [.string(field), .string(op.rawValue), value]
    case .any(let groups): ["any": .array(groups.map { .array($0.map(\.json)) })]
    }
  }
}
