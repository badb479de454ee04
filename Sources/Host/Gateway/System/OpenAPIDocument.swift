import Catalogue
import JSONRPC
import PluginProtocol

/// The catalogue as OpenAPI 3.1.
struct OpenAPIDocument {
  private let snapshot: CatalogueSnapshot
  private let version: String
  private let schemas: OpenAPISchemas

  init(_ snapshot: CatalogueSnapshot, version: String) {
    self.snapshot = snapshot
    self.version = version
    schemas = OpenAPISchemas(snapshot)
  }

  var json: JSON {
    var paths: [(String, JSON)] = []
    var item: JSONObject = [:]
    // Routes come ordered by path: the operations of one path follow each other.
    for route in snapshot.table.all {
      let path = OpenAPIDocument.path(route.pattern)
      if path != paths.last?.0 {
        item = [:]
        paths.append((path, .null))
      }
      item[route.method.lowercased()] = operation(route)
      paths[paths.count - 1].1 = .object(item)
    }
    return [
      "openapi": "3.1.0",
      "info": [
        "title": "HiveCore", "version": .string(version),
        "description": "What this host serves now: the routes of the plugins that are switched on.",
      ],
      "paths": .object(JSONObject(paths)),
      "components": ["schemas": schemas.components, "securitySchemes": OpenAPIDocument.security],
    ]
  }

  private static let security: JSON = [
    "bearerAuth": ["type": "http", "scheme": "bearer", "bearerFormat": "JWT"],
    "apiKeyAuth": ["type": "apiKey", "in": "header", "name": "X-API-Key"],
    "queryToken": ["type": "apiKey", "in": "query", "name": "token"],
  ]

  static func path(_ pattern: RoutePattern) -> String {
    let parts = pattern.segments.map { segment in
      switch segment {
      case .literal(let text): text
      case .placeholder(let name, _): "{\(name)}"
      }
    }
    return parts.isEmpty ? "/" : "/\(parts.joined(separator: "/"))/"
  }

  private func operation(_ route: MountedRoute) -> JSON {
    var operation: JSONObject = [
      "operationId": .string(OpenAPIDocument.operationID(route)), "tags": [.string(OpenAPIDocument.tag(route))],
      "summary": .string(OpenAPIDocument.summary(route, snapshot)), "x-permission": .string(route.permission.rawValue),
    ]
    let parameters = OpenAPIParameters(snapshot, route).json
    if !parameters.isEmpty { operation["parameters"] = .array(parameters) }
    if let body = schemas.requestBody(route) {
      let type = route.upload == nil ? "application/json" : "multipart/form-data"
      operation["requestBody"] = ["required": true, "content": .object([type: ["schema": body]])]
    }
    operation["responses"] = responses(route)
    operation["security"] = OpenAPIDocument.security(of: route)
    return .object(operation)
  }

  private static func security(of route: MountedRoute) -> JSON {
    if case .stream = route.target { return [["bearerAuth": []], ["apiKeyAuth": []], ["queryToken": []]] }
    guard route.permission == .public else { return [["bearerAuth": []], ["apiKeyAuth": []]] }
    if OpenAPIStatuses.isAnonymous(route) { return [] }
    return [[:], ["bearerAuth": []], ["apiKeyAuth": []]]
  }

  private static func operationID(_ route: MountedRoute) -> String {
    let words = path(route.pattern).replacing("-", with: "").split { !$0.isLetter && !$0.isNumber && $0 != "_" }
    return ([route.method.lowercased()] + words.map(String.init)).joined(separator: "_")
  }

  /// The first word of the path below the version.
  static func tag(_ route: MountedRoute) -> String {
    for case .literal(let text) in route.pattern.segments where text != "api" && text != "v1" { return text }
    return route.plugin
  }

  static func summary(_ route: MountedRoute, _ snapshot: CatalogueSnapshot) -> String {
    if !route.summary.isEmpty { return route.summary }
    guard case .collection(let target) = route.target, let action = target.action else { return "" }
    return "\(action.rawValue.capitalized) \(snapshot.collection(target.collection)?.model ?? target.collection)"
  }

  private func responses(_ route: MountedRoute) -> JSON {
    let statuses = OpenAPIStatuses(snapshot, route)
    var responses: [(String, JSON)] = []
    for status in statuses.successes {
      var success: JSONObject = ["description": "Success"]
      if let content = schemas.success(route) { success["content"] = content }
      responses.append(("\(status)", .object(success)))
    }
    for status in statuses.refusals {
      let error: JSON = ["application/json": ["schema": ["$ref": "#/components/schemas/AnyError"]]]
      responses.append(("\(status)", ["description": .string(OpenAPIStatuses.words[status] ?? "Refused"), "content": error]))
    }
    return .object(JSONObject(responses))
  }
}

extension String {
  /// The first letter in upper case.
  fileprivate var capitalized: String { prefix(1).uppercased() + dropFirst() }
}
