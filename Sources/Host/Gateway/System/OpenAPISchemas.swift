import Catalogue
import JSONRPC
import PluginProtocol

/// The collections of the catalogue as JSON Schemas: what is read, and what may be written.
struct OpenAPISchemas {
  private let snapshot: CatalogueSnapshot

  init(_ snapshot: CatalogueSnapshot) { self.snapshot = snapshot }

  /// Of every collection that a route shows.
  var components: JSON {
    var schemas: JSONObject = ["Error": ["type": "object", "additionalProperties": true]]
    for route in snapshot.table.all {
      guard case .collection(let target) = route.target, let collection = snapshot.collection(target.collection) else { continue }
      for name in [target.shape, target.listShape] { schemas[OpenAPISchemas.name(collection, name)] = shown(collection, name) }
      schemas["\(collection.model)Write"] = written(collection.fields)
    }
    return .object(schemas)
  }

  func requestBody(_ route: MountedRoute) -> JSON? {
    guard ["POST", "PUT", "PATCH"].contains(route.method) else { return nil }
    let schema: JSON
    switch route.target {
    case .collection(let target):
      schema = ["$ref": .string("#/components/schemas/\(snapshot.collection(target.collection)?.model ?? "")Write")]
    case .rpc: schema = route.body.map(written) ?? ["type": "object"]
    case .stream: return nil
    }
    return ["content": ["application/json": ["schema": schema]]]
  }

  /// The status of a success and its body; nil = none, or not JSON.
  func success(_ route: MountedRoute) -> (Int, JSON?) {
    guard case .collection(let target) = route.target, let collection = snapshot.collection(target.collection) else {
      if case .rpc(_, let isRaw) = route.target, !isRaw, route.status != 204 { return (route.status, [:]) }
      return (route.status, nil)
    }
    switch target.action {
    case .delete: return (204, nil)
    case .create: return (route.status == 200 ? 201 : route.status, reference(collection, target.shape))
    case .list:
      let items: JSON = ["type": "array", "items": reference(collection, target.listShape)]
      if target.isArray { return (200, items) }
      let link: JSON = ["type": ["string", "null"], "format": "uri"]
      return (
        200,
        [
          "type": "object", "required": ["count", "next", "previous", "results"],
          "properties": ["count": ["type": "integer"], "next": link, "previous": link, "results": items],
        ]
      )
    default: return (200, reference(collection, target.shape))
    }
  }

  private static func name(_ collection: CollectionSpec, _ shape: String) -> String {
    shape == "detail" ? collection.model : "\(collection.model)_\(shape)"
  }

  private func reference(_ collection: CollectionSpec, _ shape: String) -> JSON {
    ["$ref": .string("#/components/schemas/\(OpenAPISchemas.name(collection, shape))")]
  }

  private func shown(_ collection: CollectionSpec, _ name: String) -> JSON {
    let members = collection.shape(name)?.members ?? []
    let properties = members.map { ($0.name, property($0, collection)) }
    return ["type": "object", "required": JSON(members.map(\.name)), "properties": .object(JSONObject(properties))]
  }

  private func property(_ member: ShapeMember, _ collection: CollectionSpec) -> JSON {
    switch member {
    case .field(let field, _):
      if let spec = collection.field(field) { return column(spec) }
      return field == collection.keyField ? key(of: collection.name) : [:]
    case .count: return ["type": "integer"]
    case .isNull: return ["type": "boolean"]
    case .seconds: return ["type": ["number", "null"]]
    case .number: return ["type": "number"]
    case .many: return ["type": "array"]
    case .one: return ["type": ["object", "null"]]
    case .path: return ["type": "string"]
    case .lookup, .sum, .value: return [:]
    }
  }

  private func key(of collection: String) -> JSON {
    switch snapshot.keyType(of: collection) {
    case .uuid: ["type": "string", "format": "uuid"]
    case .text: ["type": "string"]
    default: ["type": "integer", "format": "int64"]
    }
  }

  /// A column as it is shown.
  private func column(_ field: FieldSpec) -> JSON {
    var schema: JSONObject
    switch field.type {
    case .text: schema = ["type": "string"]
    case .integer: schema = ["type": "integer", "format": "int32"]
    case .bigint: schema = ["type": "integer", "format": "int64"]
    case .float: schema = ["type": "number"]
    case .decimal: schema = ["type": "string", "format": "decimal"]
    case .boolean: schema = ["type": "boolean"]
    case .datetime: schema = ["type": "string", "format": "date-time"]
    case .uuid: schema = ["type": "string", "format": "uuid"]
    case .json: return [:]
    case .reference(let to, _): schema = key(of: to).object ?? [:]
    }
    if field.isNullable, let type = schema["type"] { schema["type"] = [type, "null"] }
    if let limit = field.maxLength { schema["maxLength"] = .int(limit) }
    if let minimum = field.minimum { schema["minimum"] = .int(minimum) }
    if let maximum = field.maximum { schema["maximum"] = .int(maximum) }
    if !field.choices.isEmpty { schema["enum"] = JSON(field.choices) }
    return .object(schema)
  }

  private func written(_ fields: [FieldSpec]) -> JSON {
    let writable = fields.filter { !$0.isReadOnly && $0.auto == nil }
    var schema: JSONObject = [
      "type": "object", "properties": .object(JSONObject(writable.map { ($0.wireName, column($0)) })),
    ]
    let required = writable.filter(\.isRequired).map(\.wireName)
    if !required.isEmpty { schema["required"] = JSON(required) }
    return .object(schema)
  }

  /// A filter's parameter.
  static func filter(_ field: FieldSpec) -> JSON {
    switch field.type {
    case .boolean: ["type": "string", "enum": ["true", "True", "1", "false", "False", "0"]]
    case .text where !field.choices.isEmpty: ["type": "string", "enum": JSON(field.choices)]
    case .integer, .bigint: ["type": "integer"]
    case .datetime: ["type": "string", "format": "date-time"]
    case .uuid: ["type": "string", "format": "uuid"]
    default: ["type": "string"]
    }
  }
}
