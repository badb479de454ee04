public import JSONRPC

extension FieldSpec {
  /// Reads the wire form (docs/PROTOCOL.md, section 8.5); `name` and `type` are required, and `to` of a reference.
  ///
  /// A decimal has 10 digits and 2 places unless it says otherwise, and a reference cascades.
  ///
  /// - Parameters:
  ///   - json: the wire form.
  ///   - path: where the object stands in the whole, for messages.
  /// - Throws: ``SpecError`` for a member that is unknown, of another type, or not for this type of field.
  public init(json: JSON, path: String) throws(SpecError) {
    var reader = try SpecReader(json, path)
    name = try reader.require("name")
    type = try FieldSpec.type(&reader)
    isRequired = try reader.bool("required")
    isNullable = try reader.bool("nullable")
    defaultValue = reader.json("default")
    isReadOnly = try reader.bool("read_only")
    isImmutable = try reader.bool("immutable")
    isPrivate = try reader.bool("private")
    isBlankAllowed = try reader.json("blank") == nil ? nil : reader.bool("blank")
    maxLength = try reader.int("max_length")
    minimum = try reader.int("minimum").map(Int64.init)
    maximum = try reader.int("maximum").map(Int64.init)
    choices = try reader.strings("choices")
    format = try FieldSpec.word(try reader.string("format"), reader.at("format"))
    auto = try FieldSpec.word(try reader.string("auto"), reader.at("auto"))
    label = try reader.string("label")
    writtenAs = try reader.strings("written_as")
    if let json = reader.json("schema"), !json.isNull { schema = json }
    items = try reader.list("items", FieldSpec.init)
    absence = try reader.string("absence")
    guard items.isEmpty || type == .json else { throw SpecError(reader.at("items"), "is for json fields") }
    for (target, own) in try reader.members("matching", FieldSpec.text) { matching[target] = own }
    if let json = reader.json("holds"), !json.isNull { holds = try Condition.list(json, reader.at("holds")) }
    levelLimit = try reader.int("max_levels")
    let isReference = if case .reference = type { true } else { false }
    guard isReference || matching.isEmpty && holds == nil && levelLimit == nil else {
      throw SpecError(reader.at("type"), "matching, holds and max_levels are for references")
    }
    try reader.finish()
  }

  private static func text(_ json: JSON, _ path: String) throws(SpecError) -> String {
    guard let text = json.string else { throw SpecError(path, "must be a string") }
    return text
  }

  private static func word<T: RawRepresentable<String>>(_ text: String?, _ path: String) throws(SpecError) -> T? {
    guard let text else { return nil }
    guard let value = T(rawValue: text) else { throw SpecError(path, "\(text) is not known") }
    return value
  }

  private static func type(_ reader: inout SpecReader) throws(SpecError) -> FieldType {
    let word = try reader.require("type")
    switch word {
    case "text": return .text
    case "integer": return .integer
    case "bigint": return .bigint
    case "float": return .float
    case "boolean": return .boolean
    case "datetime": return .datetime
    case "json": return .json
    case "uuid": return .uuid
    case "decimal":
      let digits = try reader.int("digits") ?? 10
      let places = try reader.int("places") ?? 2
      guard (1...18).contains(digits), (0...digits).contains(places) else {
        throw SpecError(reader.at("digits"), "must be 1 to 18, places at most as many")
      }
      return .decimal(digits: digits, places: places)
    case "reference":
      let to = try reader.require("to")
      let text = try reader.string("on_delete") ?? "cascade"
      guard let onDelete = FieldType.OnDelete(rawValue: text) else {
        throw SpecError(reader.at("on_delete"), "must be cascade, null or restrict")
      }
      return .reference(to: to, onDelete: onDelete)
    default: throw SpecError(reader.at("type"), "\(word) is not a type")
    }
  }

  /// The wire form (docs/PROTOCOL.md, section 8.5), without members that have their default.
  public var json: JSON {
    var object: JSONObject = ["name": .string(name), "type": .string(type.word)]
    switch type {
    case .decimal(let digits, let places):
      object["digits"] = .int(digits)
      object["places"] = .int(places)
    case .reference(let to, let onDelete):
      object["to"] = .string(to)
      object["on_delete"] = .string(onDelete.rawValue)
    default: break
    }
    for (name, flag) in [
      ("required", isRequired), ("nullable", isNullable), ("read_only", isReadOnly), ("immutable", isImmutable), ("private", isPrivate),
    ] where flag {
      object[name] = true
    }
    object["default"] = defaultValue
    object["blank"] = isBlankAllowed.map(JSON.bool)
    object["max_length"] = maxLength.map { .int($0) }
    object["minimum"] = minimum.map { .int($0) }
    object["maximum"] = maximum.map { .int($0) }
    if !choices.isEmpty { object["choices"] = JSON(choices) }
    object["format"] = format.map { .string($0.rawValue) }
    object["auto"] = auto.map { .string($0.rawValue) }
    object["label"] = label.map(JSON.string)
    if !writtenAs.isEmpty { object["written_as"] = JSON(writtenAs) }
    if !matching.isEmpty {
      object["matching"] = .object(JSONObject(matching.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }))
    }
    object["schema"] = schema
    if !items.isEmpty { object["items"] = .array(items.map(\.json)) }
    object["absence"] = absence.map(JSON.string)
    object["holds"] = holds.map { .array($0.map(\.json)) }
    object["max_levels"] = levelLimit.map { .int($0) }
    return .object(object)
  }
}
