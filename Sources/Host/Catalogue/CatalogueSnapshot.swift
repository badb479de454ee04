package import JSONRPC
package import PluginProtocol

/// What all plugins together contribute, at one moment.
package struct CatalogueSnapshot: Sendable {
  package private(set) var collections: [CollectionSpec] = []
  package private(set) var table = RouteTable()
  package private(set) var methods: [String: MethodSpec] = [:]
  package private(set) var events: [EventSpec] = []
  /// JSON Schemas that plugins name in their routes, by name; the first plugin that has one gives it.
  package private(set) var schemas: JSONObject = [:]
  /// What was left out and why: routes whose collection nobody contributes.
  package private(set) var problems: [String] = []
  private var collectionIndex: [String: Int] = [:]

  package static let empty = CatalogueSnapshot()

  private init() {}

  init(_ descriptions: [(plugin: String, description: PluginDescription)]) throws(CatalogueConflict) {
    var owners: [String: String] = [:]
    for (plugin, description) in descriptions {
      for collection in description.collections {
        if let owner = owners[collection.name] {
          throw owner == plugin
            ? .twice("collection \(collection.name)", of: plugin) : .collection(collection.name, of: plugin, alreadyOf: owner)
        }
        owners[collection.name] = plugin
        collectionIndex[collection.name] = collections.count
        collections.append(collection)
      }
      schemas = description.schemas.merging(schemas)
      events += description.events.filter { event in !events.contains { $0.name == event.name } }
    }
    try addMethods(descriptions)
    for (plugin, description) in descriptions { try addRoutes(description.routes, plugin) }
  }

  package func collection(_ name: String) -> CollectionSpec? { collectionIndex[name].map { collections[$0] } }

  /// The type of a collection's key, as its rows show it.
  package func keyType(of name: String) -> FieldType? {
    guard let collection = collection(name) else { return nil }
    return switch collection.key {
    case .serial: .bigint
    case .uuid: .uuid
    case .field(let field): collection.field(field)?.type
    }
  }

  /// Providers of one `many` capability (llm, models …) describe the same methods; anything else is a conflict only within one plugin.
  private mutating func addMethods(_ descriptions: [(plugin: String, description: PluginDescription)]) throws(CatalogueConflict) {
    for (plugin, description) in descriptions {
      var own: Set<String> = []
      for method in description.methods {
        guard own.insert(method.name).inserted else { throw .twice("method \(method.name)", of: plugin) }
        if let owner = methodOwner(method.name, descriptions, before: plugin), !CatalogueSnapshot.isShared(method.capability, descriptions)
        {
          throw .method(method.name, of: plugin, alreadyOf: owner)
        }
        if methods[method.name] == nil { methods[method.name] = method }
      }
    }
  }

  private func methodOwner(
    _ name: String, _ descriptions: [(plugin: String, description: PluginDescription)], before plugin: String
  ) -> String? {
    guard methods[name] != nil else { return nil }
    return descriptions.first { $0.plugin != plugin && $0.description.methods.contains { $0.name == name } }?.plugin
  }

  /// A capability several plugins say they provide.
  private static func isShared(_ capability: String, _ descriptions: [(plugin: String, description: PluginDescription)]) -> Bool {
    descriptions.filter { $0.description.provides.contains(capability) }.count > 1
  }

  /// Explicit routes first: beside a plugin's own `CRUD` they win.
  private mutating func addRoutes(_ routes: [RouteSpec], _ plugin: String) throws(CatalogueConflict) {
    for route in routes where route.method != "CRUD" { try mount(route, plugin, isExpanded: false) }
    for route in routes where route.method == "CRUD" {
      for expanded in CRUDExpansion.routes(of: route, key: keyPlaceholder(route)) { try mount(expanded, plugin, isExpanded: true) }
    }
  }

  private func keyPlaceholder(_ route: RouteSpec) -> String {
    guard case .collection(let target) = route.target, let type = keyType(of: target.collection) else { return "{id:int}" }
    return switch type {
    case .uuid: "{id:uuid}"
    case .bigint, .integer: "{id:int}"
    default: "{id}"
    }
  }

  private mutating func mount(_ spec: RouteSpec, _ plugin: String, isExpanded: Bool) throws(CatalogueConflict) {
    let mounted: MountedRoute
    do { mounted = try MountedRoute(spec, of: plugin) } catch { throw .badPath(spec.path, of: plugin, reason: error.reason) }
    if case .collection(let target) = spec.target {
      guard collection(target.collection) != nil else {
        problems.append("plugin \(plugin): route \(spec.method) \(spec.path): nobody contributes the collection \(target.collection)")
        return
      }
      guard target.action != nil else { throw .badPath(spec.path, of: plugin, reason: "\(spec.method) needs an action") }
    }
    guard let earlier = table.insert(mounted) else { return }
    if earlier.plugin != plugin { throw .route(method: spec.method, path: spec.path, of: plugin, alreadyOf: earlier.plugin) }
    if !isExpanded { throw .twice("route \(spec.method) \(spec.path)", of: plugin) }
  }
}
