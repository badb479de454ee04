import Catalogue
import JSONRPC
import PluginProtocol

/// The parameters of a route: in its path, its query and its headers.
struct OpenAPIParameters {
  private let snapshot: CatalogueSnapshot
  private let route: MountedRoute

  init(_ snapshot: CatalogueSnapshot, _ route: MountedRoute) {
    self.snapshot = snapshot
    self.route = route
  }

  var json: [JSON] { path + query + headers }

  private var path: [JSON] {
    route.pattern.segments.compactMap { segment in
      guard case .placeholder(let name, let kind) = segment else { return nil }
      let schema: JSON =
        switch kind {
        case .int: ["type": "integer", "format": "int64"]
        case .uuid: ["type": "string", "format": "uuid"]
        case .text: ["type": "string"]
        }
      return parameter(name, in: "path", schema, isRequired: true)
    }
  }

  private var query: [JSON] {
    switch route.target {
    case .collection(let target) where target.action == .list: list(target)
    case .collection: []
    case .rpc: declared
    case .stream: declared + [parameter("token", in: "query", ["type": "string"], "The access token, for who cannot send headers.")]
    }
  }

  private var declared: [JSON] {
    route.spec.query.map { parameter($0.name, in: "query", OpenAPISchemas.parameter($0, snapshot), isRequired: $0.isRequired) }
  }

  private func list(_ target: RouteSpec.CollectionTarget) -> [JSON] {
    guard let collection = snapshot.collection(target.collection) else { return [] }
    let page: JSON = ["anyOf": [["type": "integer", "minimum": 1], ["type": "string", "const": "last"]], "default": 1]
    let size: JSON = [
      "type": "integer", "minimum": 1, "maximum": .int(PageRequest.sizes.upperBound), "default": .int(PageRequest.defaultSize),
    ]
    let paging = target.isArray ? [] : [parameter("page", in: "query", page), parameter("page_size", in: "query", size)]
    let ordering = parameter("ordering", in: "query", ["type": "string"], "Names of columns, `-` before one for descending.")
    let filters = collection.filters.map { filter in
      parameter(filter.name, in: "query", OpenAPISchemas.filter(filter, collection, snapshot))
    }
    return paging + [ordering] + filters
  }

  private var headers: [JSON] {
    var headers: [JSON] = []
    if OpenAPIStatuses.takesIdempotencyKey(route) {
      let key: JSON = ["type": "string", "minLength": 1, "maxLength": .int(Idempotency.keyLimit)]
      headers.append(parameter("Idempotency-Key", in: "header", key, "The same key and body within a day: the same answer, done once."))
    }
    if route.permission == .ingest {
      headers.append(parameter("X-Execution-Round", in: "header", ["type": "string", "format": "uuid"], "The round it belongs to."))
      headers.append(parameter("X-Project-Id", in: "header", ["type": "integer", "format": "int64"], "The project it belongs to."))
    }
    if case .stream = route.target {
      headers.append(parameter("Last-Event-ID", in: "header", ["type": "string"], "What a returning client saw last."))
    }
    return headers
  }

  private func parameter(
    _ name: String, in place: String, _ schema: JSON, _ text: String = "", isRequired: Bool = false
  ) -> JSON {
    var parameter: JSONObject = ["name": .string(name), "in": .string(place), "required": .bool(isRequired), "schema": schema]
    if !text.isEmpty { parameter["description"] = .string(text) }
    return .object(parameter)
  }
}
