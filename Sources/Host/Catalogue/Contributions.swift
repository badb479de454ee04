package import PluginProtocol

/// Every plugin's last accepted description. It stays while the plugin is down and goes when the plugin is switched off.
package struct Contributions: Sendable {
  /// Who describes: our own plugins may contribute anywhere, others under their own prefix.
  package enum Origin: Sendable { case own, thirdParty }

  private struct Entry: Sendable {
    let plugin: String
    let description: PluginDescription
  }

  private var entries: [Entry] = []

  package init() {}

  /// Takes a description in place of the plugin's earlier one.
  ///
  /// - Throws: ``CatalogueConflict``; the plugin's earlier description, if any, stays.
  package mutating func accept(_ description: PluginDescription, of plugin: String, origin: Origin = .own) throws(CatalogueConflict) {
    try Contributions.checkMethods(description, plugin)
    if origin == .thirdParty { try Contributions.checkPrefix(description, plugin) }
    var changed = entries
    changed.removeAll { $0.plugin == plugin }
    changed.append(Entry(plugin: plugin, description: description))
    _ = try CatalogueSnapshot(changed.map { ($0.plugin, $0.description) })
    entries = changed
  }

  /// Forgets a plugin that was switched off.
  package mutating func remove(_ plugin: String) { entries.removeAll { $0.plugin == plugin } }

  package func snapshot() throws(CatalogueConflict) -> CatalogueSnapshot {
    try CatalogueSnapshot(entries.map { ($0.plugin, $0.description) })
  }

  private static func checkMethods(_ description: PluginDescription, _ plugin: String) throws(CatalogueConflict) {
    for route in description.routes {
      guard let method = route.target.method, !description.provides.contains(String(method.prefix { $0 != "." })) else { continue }
      throw .foreignMethod(method, path: route.path, of: plugin)
    }
  }

  private static func checkPrefix(_ description: PluginDescription, _ plugin: String) throws(CatalogueConflict) {
    let path = "/api/v1/x/\(plugin)/"
    for route in description.routes where !route.path.hasPrefix(path) {
      throw .outsidePrefix("route \(route.path)", of: plugin, prefix: path)
    }
    let name = String(plugin.map { $0 == "-" ? "_" : $0 }) + "_"
    for collection in description.collections where !collection.name.hasPrefix(name) {
      throw .outsidePrefix("collection \(collection.name)", of: plugin, prefix: name)
    }
  }
}

extension RouteSpec.Target {
  /// The method that the host calls for it.
  fileprivate var method: String? {
    switch self {
    case .collection: nil
    case .rpc(let method, _): method
    case .stream(_, let state): state
    }
  }
}
