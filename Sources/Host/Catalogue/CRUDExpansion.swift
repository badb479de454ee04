import PluginProtocol

/// The six routes that one `CRUD` route stands for.
enum CRUDExpansion {
  private static let actions: [(method: String, action: RouteSpec.CollectionTarget.Action, hasKey: Bool, status: Int)] = [
    ("GET", .list, false, 200), ("POST", .create, false, 201), ("GET", .show, true, 200), ("PUT", .replace, true, 200),
    ("PATCH", .update, true, 200), ("DELETE", .delete, true, 204),
  ]

  /// - Parameter key: the placeholder of the row's key, e.g. `{id:int}`.
  static func routes(of route: RouteSpec, key: String) -> [RouteSpec] {
    guard case .collection(var target) = route.target else { return [] }
    return actions.map { method, action, hasKey, status in
      target.action = action
      // Whoever may write may also read: reads of a CRUD route ask for `read` only.
      let permission = method == "GET" && route.permission != .public ? RouteSpec.Permission.read : route.permission
      return RouteSpec(
        method, hasKey ? "\(route.path)\(key)/" : route.path, permission, .collection(target), status: status, summary: route.summary)
    }
  }
}
