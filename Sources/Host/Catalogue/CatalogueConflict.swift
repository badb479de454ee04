/// Why a plugin's description is not accepted: one line for the operator, naming both sides.
package enum CatalogueConflict: Error, Sendable, Equatable, CustomStringConvertible {
  case collection(String, of: String, alreadyOf: String)
  case route(method: String, path: String, of: String, alreadyOf: String)
  case method(String, of: String, alreadyOf: String)
  /// A third-party plugin outside its own prefix.
  case outsidePrefix(String, of: String, prefix: String)
  case badPath(String, of: String, reason: String)
  /// A route to a method of a capability that the plugin does not provide: the host would call it with its own rights.
  case foreignMethod(String, path: String, of: String)
  /// Two things of one description bear one name.
  case twice(String, of: String)

  package var description: String {
    switch self {
    case .collection(let name, let plugin, let owner): "plugin \(plugin): collection \(name) already belongs to plugin \(owner)"
    case .route(let method, let path, let plugin, let owner): "plugin \(plugin): route \(method) \(path) already belongs to plugin \(owner)"
    case .method(let name, let plugin, let owner): "plugin \(plugin): method \(name) already belongs to plugin \(owner)"
    case .outsidePrefix(let name, let plugin, let prefix): "plugin \(plugin): \(name) must begin with \(prefix)"
    case .badPath(let path, let plugin, let reason): "plugin \(plugin): route \(path): \(reason)"
    case .foreignMethod(let method, let path, let plugin):
      "plugin \(plugin): route \(path) leads to \(method), whose capability it does not provide"
    case .twice(let name, let plugin): "plugin \(plugin): \(name) is described twice"
    }
  }
}
