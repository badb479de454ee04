import JSONRPC
import PluginProtocol

/// Reads values of the wire into columns; what does not fit is `invalid` and names the field.
struct ValueReader {
  /// What `{"$now": true}` is.
  let now: Int64

  /// A value that is not null.
  func read(_ json: JSON, as kind: ColumnKind, name: String) throws(StorageError) -> SQLValue {
    switch kind {
    case .text:
      guard let text = json.string else { throw .invalid(field: name, message: "Not a valid string.") }
      guard !text.utf8.contains(0) else { throw .invalid(field: name, message: "Null characters are not allowed.") }
      return .text(text)
    case .integer, .bigint:
      guard let number = json.int else { throw .invalid(field: name, message: "A valid integer is required.") }
      guard kind == .bigint || Int32(exactly: number) != nil else { throw .invalid(field: name, message: "Integer out of range.") }
      return .integer(number)
    case .float:
      guard let number = json.double, number.isFinite else { throw .invalid(field: name, message: "A valid number is required.") }
      return .real(number)
    case .decimal(let digits, let places):
      let literal: String? = if case .number(let number) = json { number.literal } else { json.string }
      guard let literal, let scaled = WireDecimal.parse(literal, digits: digits, places: places) else {
        throw .invalid(field: name, message: "A valid number of at most \(digits) digits is required.")
      }
      return .integer(scaled)
    case .boolean:
      guard let flag = json.bool else { throw .invalid(field: name, message: "Must be a valid boolean.") }
      return .integer(flag ? 1 : 0)
    case .datetime:
      if json["$now"].bool == true { return .integer(now) }
      guard let text = json.string, let value = WireDate.parse(text) else {
        throw .invalid(field: name, message: "Must be a datetime such as 2026-01-31T12:00:00Z.")
      }
      return .integer(value)
    case .json: return .text(json.text)
    case .uuid:
      guard let text = json.string, let uuid = UUIDText.canonical(text) else {
        throw .invalid(field: name, message: "Must be a valid UUID.")
      }
      return .text(uuid)
    }
  }

  /// A value of a field to write: null only where it may be, text and numbers within their limits.
  func column(_ json: JSON, _ field: StoredField) throws(StorageError) -> SQLValue {
    if json.isNull {
      guard field.isNullable else { throw .invalid(field: field.name, message: "This field may not be null.") }
      return .null
    }
    let value = try read(json, as: field.kind, name: field.name)
    if let limit = field.spec.maxLength, case .text(let text) = value, field.kind == .text, text.utf8.count > limit,
      text.unicodeScalars.count > limit
    {
      throw .invalid(field: field.name, message: "Ensure this field has no more than \(limit) characters.")
    }
    if case .integer(let number) = value, field.kind == .integer || field.kind == .bigint {
      if let minimum = field.spec.minimum, number < minimum {
        throw .invalid(field: field.name, message: "Ensure this value is greater than or equal to \(minimum).")
      }
      if let maximum = field.spec.maximum, number > maximum {
        throw .invalid(field: field.name, message: "Ensure this value is less than or equal to \(maximum).")
      }
    }
    return value
  }

  /// What is stored when nothing was sent.
  func absent(_ field: StoredField) throws(StorageError) -> SQLValue {
    if field.spec.auto != nil { return .integer(now) }
    if let value = field.spec.defaultValue { return try column(value, field) }
    if field.isNullable { return .null }
    if !field.spec.isRequired, let empty = ValueReader.empty(field.kind), field.target == nil { return empty }
    throw .invalid(field: field.name, message: "This field is required.")
  }

  /// The empty value of a type, where it has one.
  private static func empty(_ kind: ColumnKind) -> SQLValue? {
    switch kind {
    case .text: .text("")
    case .integer, .bigint, .decimal, .boolean: .integer(0)
    case .float: .real(0)
    case .json: .text("{}")
    case .datetime, .uuid: nil
    }
  }
}
