import Catalogue
import JSONRPC
import PluginProtocol

/// The catalogue as OpenAPI 3.1.
struct OpenAPIDocument {
  private let snapshot: CatalogueSnapshot
  private let version: String

  init(_ snapshot: CatalogueSnapshot, version: String) {
    self.snapshot = snapshot
    self.version = version
  }

  var json: JSON {
    var paths: JSONObject = [:]
    for route in snapshot.table.all {
      let path = OpenAPIDocument.path(route.pattern)
      var item = paths[path]?.object ?? [:]
      item[route.method.lowercased()] = operation(route)
      paths[path] = .object(item)
    }
    let schemas = OpenAPISchemas(snapshot)
    return [
      "openapi": "3.1.0", "info": ["title": "HiveCore", "version": .string(version)], "paths": .object(paths),
      "components": ["schemas": schemas.components, "securitySchemes": OpenAPIDocument.security],
    ]
  }

  private static let security: JSON = [
    "bearerAuth": ["type": "http", "scheme": "bearer", "bearerFormat": "JWT"],
    "apiKeyAuth": ["type": "apiKey", "in": "header", "name": "X-API-Key"],
  ]

  private static func path(_ pattern: RoutePattern) -> String {
    let parts = pattern.segments.map { segment in
      switch segment {
      case .literal(let text): text
      case .placeholder(let name, _): "{\(name)}"
      }
    }
    return parts.isEmpty ? "/" : "/\(parts.joined(separator: "/"))/"
  }

  private func operation(_ route: MountedRoute) -> JSON {
    var operation: JSONObject = ["operationId": .string(OpenAPIDocument.operationID(route)), "tags": [.string(route.plugin)]]
    if !route.summary.isEmpty { operation["summary"] = .string(route.summary) }
    let parameters = pathParameters(route) + queryParameters(route)
    if !parameters.isEmpty { operation["parameters"] = .array(parameters) }
    operation["requestBody"] = OpenAPISchemas(snapshot).requestBody(route)
    operation["responses"] = responses(route)
    operation["security"] = route.permission == .public ? [] : [["bearerAuth": []], ["apiKeyAuth": []]]
    return .object(operation)
  }

  private static func operationID(_ route: MountedRoute) -> String {
    let words = route.pattern.text.split { !$0.isLetter && !$0.isNumber }
    return ([route.method.lowercased()] + words.map(String.init)).joined(separator: "_")
  }

  private func pathParameters(_ route: MountedRoute) -> [JSON] {
    route.pattern.segments.compactMap { segment in
      guard case .placeholder(let name, let kind) = segment else { return nil }
      let schema: JSON =
        switch kind {
        case .int: ["type": "integer", "format": "int64"]
        case .uuid: ["type": "string", "format": "uuid"]
        case .text: ["type": "string"]
        }
      return ["name": .string(name), "in": "path", "required": true, "schema": schema]
    }
  }

  private func queryParameters(_ route: MountedRoute) -> [JSON] {
    guard case .collection(let target) = route.target, target.action == .list, let collection = snapshot.collection(target.collection)
    else {
      return []
    }
    let paging: [(String, JSON)] =
      target.isArray ? [] : [("page", ["type": "string"]), ("page_size", ["type": "integer", "minimum": 1, "maximum": 100])]
    let filters = collection.filters.map { filter in
      (filter.name, collection.field(filter.field).map(OpenAPISchemas.filter) ?? ["type": "string"] as JSON)
    }
    return (paging + [("ordering", ["type": "string"])] + filters).map { name, schema in
      ["name": .string(name), "in": "query", "required": false, "schema": schema]
    }
  }

  private func responses(_ route: MountedRoute) -> JSON {
    var responses: JSONObject = [:]
    let (status, schema) = OpenAPISchemas(snapshot).success(route)
    var success: JSONObject = ["description": "Success"]
    if let schema { success["content"] = ["application/json": ["schema": schema]] }
    responses["\(status)"] = .object(success)
    var refusals = [(503, "Unavailable")]
    if route.permission != .public { refusals += [(401, "Unauthorized"), (403, "Forbidden")] }
    if route.pattern.segments.contains(where: { if case .placeholder = $0 { true } else { false } }) { refusals.append((404, "Not found")) }
    if ["POST", "PUT", "PATCH"].contains(route.method) { refusals += [(400, "Bad request"), (413, "Body too large"), (415, "Not JSON")] }
    for (status, description) in refusals.sorted(by: { $0.0 < $1.0 }) {
      let error: JSON = ["application/json": ["schema": ["$ref": "#/components/schemas/Error"]]]
      responses["\(status)"] = ["description": .string(description), "content": error]
    }
    return .object(responses)
  }
}
