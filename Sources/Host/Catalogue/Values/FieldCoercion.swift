package import JSONRPC
package import PluginProtocol

/// Why a value is not accepted: one or more messages for its field.
package struct InvalidValue: Error, Sendable, Equatable {
  package let messages: [String]
  package init(_ messages: String...) { self.messages = messages }
  package init(all messages: [String]) { self.messages = messages }
}

/// Turns what a client sent into what storage keeps, field by field (contract http.md, sections 3 and 5).
package struct FieldCoercion: Sendable {
  /// The type of a collection's key: what a reference to it must look like.
  private let keyType: @Sendable (String) -> FieldType?

  package init(keyType: @escaping @Sendable (String) -> FieldType?) { self.keyType = keyType }

  package func coerce(_ value: JSON, _ field: FieldSpec) throws(InvalidValue) -> JSON {
    if value.isNull {
      guard field.isNullable else { throw InvalidValue(Messages.null) }
      return .null
    }
    switch field.type {
    case .text: return .string(try FieldCoercion.text(value, field))
    case .integer: return try FieldCoercion.integer(value, field, FieldCoercion.int32)
    case .bigint: return try FieldCoercion.integer(value, field, Int64.min...Int64.max)
    case .float: return try FieldCoercion.float(value, field)
    case .decimal(let digits, let places): return try FieldCoercion.decimal(value, field, digits, places)
    case .boolean: return .bool(try FieldCoercion.boolean(value))
    case .datetime: return try FieldCoercion.datetime(value)
    case .json: return try FieldCoercion.json(value, field)
    case .uuid: return try FieldCoercion.uuid(value)
    case .reference(let collection, _): return try reference(value, to: collection, field)
    }
  }

  private static let int32 = Int64(Int32.min)...Int64(Int32.max)

  private static func integer(_ value: JSON, _ field: FieldSpec, _ range: ClosedRange<Int64>) throws(InvalidValue) -> JSON {
    let digits: String
    switch value {
    case .string(let text): digits = text
    case .number(let number): digits = number.isIntegral ? number.literal : "\(number.double)"
    default: throw InvalidValue(Messages.integer)
    }
    guard let parsed = IntegerText(digits) else { throw InvalidValue(Messages.integer) }
    guard let number = parsed.value, range.contains(number) else {
      throw InvalidValue(parsed.isNegative ? Messages.minimum(range.lowerBound) : Messages.maximum(range.upperBound))
    }
    if let maximum = field.maximum, number > maximum { throw InvalidValue(Messages.maximum(maximum)) }
    if let minimum = field.minimum, number < minimum { throw InvalidValue(Messages.minimum(minimum)) }
    return .int(number)
  }

  private static func float(_ value: JSON, _ field: FieldSpec) throws(InvalidValue) -> JSON {
    let number: Double?
    switch value {
    case .string(let text): number = IntegerText.isNumber(text.trimmed) ? Double(text.trimmed) : nil
    case .number(let literal): number = literal.double
    default: number = nil
    }
    guard let number, number.isFinite else { throw InvalidValue(Messages.number) }
    if let maximum = field.maximum, number > Double(maximum) { throw InvalidValue(Messages.maximum(maximum)) }
    if let minimum = field.minimum, number < Double(minimum) { throw InvalidValue(Messages.minimum(minimum)) }
    return .double(number)
  }

  private static func decimal(_ value: JSON, _ field: FieldSpec, _ digits: Int, _ places: Int) throws(InvalidValue) -> JSON {
    let text: String
    switch value {
    case .string(let string): text = string.trimmed
    case .number(let number): text = number.isIntegral ? number.literal : "\(number.double)"
    default: throw InvalidValue(Messages.number)
    }
    guard let decimal = DecimalText(text) else { throw InvalidValue(Messages.number) }
    guard decimal.totalDigits <= digits else { throw InvalidValue(Messages.digits(digits)) }
    guard decimal.decimalPlaces <= places else { throw InvalidValue(Messages.places(places)) }
    guard decimal.wholeDigits <= digits - places else { throw InvalidValue(Messages.wholeDigits(digits - places)) }
    let fixed = decimal.fixed(places: places)
    if let maximum = field.maximum, (Double(fixed) ?? 0) > Double(maximum) { throw InvalidValue(Messages.maximum(maximum)) }
    if let minimum = field.minimum, (Double(fixed) ?? 0) < Double(minimum) { throw InvalidValue(Messages.minimum(minimum)) }
    return .string(fixed)
  }

  private static let trueWords: Set<String> = ["true", "t", "yes", "y", "on", "1"]
  private static let falseWords: Set<String> = ["false", "f", "no", "n", "off", "0"]

  private static func boolean(_ value: JSON) throws(InvalidValue) -> Bool {
    switch value {
    case .bool(let flag): return flag
    case .number(let number) where number.double == 1: return true
    case .number(let number) where number.double == 0: return false
    case .string(let text):
      let word = text.trimmed.lowercased()
      if trueWords.contains(word) { return true }
      if falseWords.contains(word) { return false }
    default: break
    }
    throw InvalidValue(Messages.boolean)
  }

  private static func datetime(_ value: JSON) throws(InvalidValue) -> JSON {
    guard let text = value.string, let time = WireDate.parse(text.trimmed, zoneIsOptional: true) else {
      throw InvalidValue(Messages.datetime)
    }
    return .string(WireDate.text(time))
  }

  private static func uuid(_ value: JSON) throws(InvalidValue) -> JSON {
    guard let text = value.string, let uuid = UUIDText.lenient(text) else { throw InvalidValue(Messages.uuid) }
    return .string(uuid)
  }

  /// A column whose default is an object takes only objects, one whose default is a list only lists.
  private static func json(_ value: JSON, _ field: FieldSpec) throws(InvalidValue) -> JSON {
    switch (field.defaultValue, value) {
    case (.object?, .object), (.array?, .array): break
    case (.object?, _): throw InvalidValue(Messages.object(value))
    case (.array?, _): throw InvalidValue(Messages.list(value))
    default: break
    }
    if value.holdsNullCharacter { throw InvalidValue(Messages.nullCharacters) }
    return value
  }

  private func reference(_ value: JSON, to collection: String, _ field: FieldSpec) throws(InvalidValue) -> JSON {
    if value == "" {
      guard field.isNullable else { throw InvalidValue(Messages.null) }
      return .null
    }
    switch keyType(collection) {
    case .uuid:
      guard let text = value.string, let uuid = UUIDText.lenient(text) else { throw InvalidValue(Messages.keyType(value)) }
      return .string(uuid)
    case .text:
      guard let text = value.string else { throw InvalidValue(Messages.keyType(value)) }
      return .string(text)
    default:
      let text: String
      switch value {
      case .string(let string): text = string
      case .number(let number): text = number.isIntegral ? number.literal : "\(number.double)"
      default: throw InvalidValue(Messages.keyType(value))
      }
      guard let parsed = IntegerText(text) else { throw InvalidValue(Messages.keyType(value)) }
      guard let key = parsed.value else { throw InvalidValue(Messages.noRow(text)) }
      return .int(key)
    }
  }
}
