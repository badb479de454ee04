import JSONRPC
import PluginProtocol

extension StatementBuilder {
  /// One condition as SQL.
  mutating func condition(_ condition: Condition, of collection: StoredCollection, _ alias: String) throws(StorageError) -> String {
    switch condition {
    case .any(let groups):
      var alternatives: [String] = []
      for group in groups {
        var parts: [String] = []
        for inner in group { parts.append(try self.condition(inner, of: collection, alias)) }
        alternatives.append(parts.isEmpty ? "1 = 1" : parts.joined(separator: " AND "))
      }
      return alternatives.isEmpty ? "1 = 0" : "(" + alternatives.joined(separator: " OR ") + ")"
    case .compare(let path, let op, let value):
      let (head, rest) = FieldPath.split(path)
      let field = try field(head, of: collection)
      let column = "\(alias).\(quoted(field.name))"
      guard let rest else { return try compare(column, field, op, value) }
      return try through(field, of: collection, column, .compare(field: rest, op: op, value: value))
    }
  }

  /// A condition on the row behind a reference; a missing row counts as one whose fields are all null.
  private mutating func through(
    _ field: StoredField, of collection: StoredCollection, _ column: String, _ condition: Condition
  ) throws(StorageError) -> String {
    let target = try target(of: field, in: collection)
    let inner = alias()
    let access = try visible(target, inner)
    let filter = try whereClause([condition], of: target, inner, access: access)
    let held = "\(column) IN (SELECT \(inner).\(quoted(target.key.name)) FROM \(quoted(target.name)) AS \(inner)\(filter))"
    return StatementBuilder.holdsForNull(condition) ? "(\(column) IS NULL OR \(held))" : held
  }

  private static func holdsForNull(_ condition: Condition) -> Bool {
    guard case .compare(_, let op, let value) = condition else { return false }
    return switch op {
    case .eq: value.isNull
    case .ne: !value.isNull
    case .isnull: value.bool == true
    case .in: value.array?.contains(.null) ?? false
    case .lt, .le, .gt, .ge, .contains: false
    }
  }

  private mutating func compare(_ column: String, _ field: StoredField, _ op: Condition.Op, _ value: JSON) throws(StorageError) -> String {
    switch op {
    case .isnull: return "\(column) IS \(value.bool == false ? "NOT " : "")NULL"
    case .eq where value.isNull: return "\(column) IS NULL"
    case .ne where value.isNull: return "\(column) IS NOT NULL"
    case .contains: return try contains(column, field, value)
    default: break
    }
    guard field.kind != .json else { throw .invalid(field: field.name, message: "JSON cannot be compared.") }
    switch op {
    case .eq: return "\(column) = \(try operand(value, field))"
    case .ne: return dialect.isDistinct(column, from: try operand(value, field))
    case .in: return try isIn(column, field, value.array ?? [])
    default:
      guard !value.isNull else { return "1 = 0" }
      let sign = [Condition.Op.lt: "<", .le: "<=", .gt: ">", .ge: ">="][op] ?? "="
      return "\(dialect.comparable(column, field.kind)) \(sign) \(try operand(value, field))"
    }
  }

  private mutating func operand(_ value: JSON, _ field: StoredField) throws(StorageError) -> String {
    bind(try ValueReader(now: scope.now).read(value, as: field.kind, name: field.name), field.kind)
  }

  private mutating func contains(_ column: String, _ field: StoredField, _ value: JSON) throws(StorageError) -> String {
    guard field.kind == .text else { throw .invalid(field: field.name, message: "contains needs a text field.") }
    guard let part = value.string else { throw .invalid(field: field.name, message: "Not a valid string.") }
    return dialect.contains(column, bind(.text(part), .text))
  }

  /// The list is filled up to a power of two with its last value, so that lists of all lengths need few statements.
  private mutating func isIn(_ column: String, _ field: StoredField, _ values: [JSON]) throws(StorageError) -> String {
    guard values.count <= 1024 else { throw .invalid(field: field.name, message: "in takes at most 1024 values.") }
    let reader = ValueReader(now: scope.now)
    var operands: [SQLValue] = []
    for value in values where !value.isNull { operands.append(try reader.read(value, as: field.kind, name: field.name)) }
    let orNull = values.contains(.null) ? "\(column) IS NULL" : nil
    guard let last = operands.last else { return orNull ?? "1 = 0" }
    var size = 1
    while size < operands.count { size *= 2 }
    operands += Array(repeating: last, count: size - operands.count)
    var placeholders: [String] = []
    for operand in operands { placeholders.append(bind(operand, field.kind)) }
    let found = "\(column) IN (\(placeholders.joined(separator: ", ")))"
    return orNull.map { "(\($0) OR \(found))" } ?? found
  }
}
