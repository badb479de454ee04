public import JSONRPC

/// A JSON Schema (2020-12, as OpenAPI 3.1 reads it) in short form: what the answers of RPC routes look like.
///
/// `.object(["used": .integer, "status": .string.choices("ok", "exceeded"), "resets_at": .datetime.orNull])`
public struct JSONSchema: Sendable, Equatable {
  /// The schema itself, as it stands in the interface description.
  public let json: JSON

  /// - Parameter json: a schema, taken as it is; nobody checks it.
  public init(_ json: JSON) { self.json = json }

  /// Anything.
  public static let any = JSONSchema([:])
  /// A text of any length.
  public static let string = JSONSchema(["type": "string"])
  /// A whole number of any size; ``int64`` says that it has 64 bits.
  public static let integer = JSONSchema(["type": "integer"])
  /// 64 bits.
  public static let int64 = JSONSchema(["type": "integer", "format": "int64"])
  /// A number with or without a fraction.
  public static let number = JSONSchema(["type": "number"])
  /// True or false.
  public static let boolean = JSONSchema(["type": "boolean"])
  /// A point in time (RFC 3339): `YYYY-MM-DDTHH:MM:SS.ffffffZ`.
  public static let datetime = JSONSchema(["type": "string", "format": "date-time"])
  /// A UUID as text.
  public static let uuid = JSONSchema(["type": "string", "format": "uuid"])
  /// An object with any members.
  public static let map = JSONSchema(["type": "object", "additionalProperties": true])

  /// An object whose members all look alike.
  public static func map(of values: JSONSchema) -> JSONSchema { JSONSchema(["type": "object", "additionalProperties": values.json]) }

  /// A text of at most so many code points.
  public static func string(max: Int) -> JSONSchema { JSONSchema(["type": "string", "maxLength": .int(max)]) }

  /// A decimal as a string with fixed places.
  public static func decimal(_ digits: Int, _ places: Int) -> JSONSchema {
    JSONSchema(["type": "string", "pattern": .string("^-?\\d{1,\(digits - places)}" + (places > 0 ? "\\.\\d{\(places)}$" : "$"))])
  }

  /// A model of the catalogue, or one of the plugin's own schemas.
  public static func model(_ name: String) -> JSONSchema { JSONSchema(["$ref": .string("#/components/schemas/\(name)")]) }

  /// A list of any length.
  public static func array(_ items: JSONSchema) -> JSONSchema { JSONSchema(["type": "array", "items": items.json]) }

  /// An object; members not named in `optional` are always there.
  public static func object(_ members: KeyValuePairs<String, JSONSchema>, optional: Set<String> = []) -> JSONSchema {
    let properties = JSONObject(members.map { ($0.key, $0.value.json) })
    let required = members.map(\.key).filter { !optional.contains($0) }
    return JSONSchema(["type": "object", "properties": .object(properties), "required": JSON(required)])
  }

  /// One of several.
  public static func either(_ schemas: JSONSchema...) -> JSONSchema { JSONSchema(["anyOf": .array(schemas.map(\.json))]) }

  /// A page of a list route.
  public static func page(_ items: JSONSchema) -> JSONSchema {
    let link = JSONSchema(["type": ["string", "null"], "format": "uri"])
    return .object(["count": .integer, "next": link, "previous": link, "results": .array(items)])
  }

  /// One of these texts.
  public func choices(_ values: String...) -> JSONSchema { choices(values) }

  /// One of these texts.
  public func choices(_ values: [String]) -> JSONSchema { adding("enum", JSON(values)) }

  /// The same, or null.
  public var orNull: JSONSchema {
    guard let type = json.object?["type"]?.string, json.object?["enum"] == nil else { return .either(self, JSONSchema(["type": "null"])) }
    return adding("type", [.string(type), "null"])
  }

  private func adding(_ name: String, _ value: JSON) -> JSONSchema {
    var object = json.object ?? [:]
    object[name] = value
    return JSONSchema(.object(object))
  }
}
