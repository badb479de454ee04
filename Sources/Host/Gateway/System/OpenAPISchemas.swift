import Catalogue
import JSONRPC
import PluginProtocol

/// The collections of the catalogue as JSON Schemas: what is read, and what may be written.
struct OpenAPISchemas {
  let snapshot: CatalogueSnapshot

  init(_ snapshot: CatalogueSnapshot) { self.snapshot = snapshot }

  /// Of every collection that a route shows or takes, the plugins' own, and those of errors.
  var components: JSON {
    var schemas = OpenAPISchemas.errors
    for route in snapshot.table.all {
      guard case .collection(let target) = route.target, let collection = snapshot.collection(target.collection) else { continue }
      add(collection, target.action == .list ? target.listShape : target.shape, to: &schemas)
      switch target.action {
      case .create, .replace: schemas["\(collection.model)Write"] = written(collection)
      case .update: schemas["Patched\(collection.model)Write"] = written(collection, isPatch: true)
      default: break
      }
    }
    // What is only referred to: shapes within shapes, the answers of methods.
    for collection in snapshot.collections { for name in ["detail", "list"] { addIfNamed(collection, name, to: &schemas) } }
    schemas = schemas.merging(JSONObject(snapshot.schemas.members.filter { schemas[$0.name] == nil }))
    for name in OpenAPISchemas.references(JSON.object(schemas)) where schemas[name] == nil { schemas[name] = [:] }
    for route in snapshot.table.all {
      for name in OpenAPISchemas.references(route.spec.answer ?? .null) where schemas[name] == nil { schemas[name] = [:] }
    }
    return .object(schemas)
  }

  private func add(_ collection: CollectionSpec, _ shape: String, to schemas: inout JSONObject) {
    guard let members = collection.shape(shape)?.members else { return }
    schemas[name(collection, shape)] = shown(members, collection)
  }

  /// Only collections whose rows routes or answers show have public schemas.
  private func addIfNamed(_ collection: CollectionSpec, _ shape: String, to schemas: inout JSONObject) {
    let component = name(collection, shape)
    guard schemas[component] == nil else { return }
    let isNamed =
      OpenAPISchemas.references(.object(schemas)).contains(component)
      || snapshot.table.all.contains { OpenAPISchemas.references($0.spec.answer ?? .null).contains(component) }
      || OpenAPISchemas.references(.object(snapshot.schemas)).contains(component)
    if isNamed { add(collection, shape, to: &schemas) }
  }

  /// The component names that a schema refers to.
  static func references(_ json: JSON) -> Set<String> {
    switch json {
    case .array(let items): return items.reduce(into: []) { $0.formUnion(references($1)) }
    case .object(let object):
      return object.members.reduce(into: []) { found, member in
        if member.name == "$ref", let text = member.value.string {
          found.insert(String(text.split(separator: "/").last ?? ""))
        } else {
          found.formUnion(references(member.value))
        }
      }
    default: return []
    }
  }

  func requestBody(_ route: MountedRoute) -> JSON? {
    guard ["POST", "PUT", "PATCH"].contains(route.method) else { return nil }
    switch route.target {
    case .collection(let target):
      guard let collection = snapshot.collection(target.collection) else { return nil }
      guard target.filter.isEmpty else { return written(collection, without: OpenAPISchemas.fixed(target)) }
      return OpenAPISchemas.reference(target.action == .update ? "Patched\(collection.model)Write" : "\(collection.model)Write")
    case .rpc:
      guard let fields = route.body else { return ["type": "object", "additionalProperties": true] }
      guard let upload = route.upload else { return fields.isEmpty ? nil : body(fields, route.spec) }
      return withFile(upload, written(fields, nested: [], isPatch: false))
    case .stream: return nil
    }
  }

  /// The forms that a body may have.
  private func body(_ fields: [FieldSpec], _ spec: RouteSpec) -> JSON {
    var form = written(fields, nested: [], isPatch: false)
    if spec.keepsOtherMembers, var object = form.object {
      object["additionalProperties"] = true
      form = .object(object)
    }
    guard let other = spec.otherBody else { return form }
    return ["anyOf": [form, written(other, nested: [], isPatch: false)]]
  }

  private func withFile(_ upload: RouteSpec.Upload, _ fields: JSON) -> JSON {
    let file: JSON = ["type": "string", "contentMediaType": "application/octet-stream"]
    var schema = fields.object ?? [:]
    schema["properties"] = .object((fields["properties"].object ?? [:]).merging(.init([(upload.field, file)])))
    schema["required"] = .array((fields["required"].array ?? []) + [.string(upload.field)])
    return .object(schema)
  }

  /// The content of a success; nil = none.
  func success(_ route: MountedRoute) -> JSON? {
    let schema: JSON
    switch route.target {
    // Its events have no schema in OpenAPI 3.1: each names its own kind.
    case .stream: return ["text/event-stream": [:]]
    case .rpc(_, true) where route.spec.answer?["contentMediaType"] == "text/event-stream": return ["text/event-stream": [:]]
    case .rpc(_, true): return ["*/*": ["schema": ["type": "string", "contentMediaType": "application/octet-stream"]]]
    case .rpc(let method, _):
      if let type = SystemRoutes.contentTypes[method] { return [type: ["schema": ["type": "string"]]] }
      guard route.status != 204 else { return nil }
      schema = route.spec.answer ?? [:]
    case .collection(let target):
      guard target.action != .delete, let collection = snapshot.collection(target.collection) else { return nil }
      guard target.action == .list else {
        schema = OpenAPISchemas.reference(name(collection, target.shape))
        break
      }
      let items = JSONSchema(OpenAPISchemas.reference(name(collection, target.listShape)))
      schema = target.isArray ? JSONSchema.array(items).json : JSONSchema.page(items).json
    }
    return ["application/json": ["schema": schema]]
  }

  /// `Task` for the detail and everything that looks like it, `TaskSummary` for another list shape.
  func name(_ collection: CollectionSpec, _ shape: String) -> String {
    if shape == "detail" || collection.shape(shape) == collection.shape("detail") { return collection.model }
    if shape == "list" { return "\(collection.model)Summary" }
    return collection.model + shape.prefix(1).uppercased() + shape.dropFirst()
  }

  static func reference(_ name: String) -> JSON { ["$ref": .string("#/components/schemas/\(name)")] }

  private static func fixed(_ target: RouteSpec.CollectionTarget) -> Set<String> {
    Set(target.filter.compactMap { if case .compare(let field, .eq, _) = $0 { field } else { nil } })
  }

  /// The three shapes of errors (contract http.md, section 3).
  private static let errors: JSONObject = [
    "FieldErrors": [
      "type": "object", "additionalProperties": ["anyOf": [["type": "array", "items": ["type": "string"]], ["type": "object"]]],
    ],
    "DetailError": [
      "type": "object", "properties": ["detail": ["type": "string"], "code": ["type": "string"]], "required": ["detail"],
    ],
    "ViewError": [
      "type": "object", "properties": ["error": ["type": "string"], "code": ["type": "string"]], "required": ["error"],
    ],
    "AnyError": ["anyOf": [reference("FieldErrors"), reference("DetailError"), reference("ViewError")]],
  ]
}
