import Catalogue
import HTTPTypes
import Identity
import PluginProtocol

/// The statuses a route may answer with: what follows from its declaration, and what it says itself.
struct OpenAPIStatuses {
  let successes: [Int]
  let refusals: [Int]

  static let words = [
    400: "Bad request: the body or a parameter", 401: "No credentials, or bad ones", 403: "Not allowed",
    404: "Not there, or another tenant's",
    409: "The state forbids it", 413: "Too large", 415: "Not JSON", 422: "The Idempotency-Key came with another body",
    429: "Quota used up, or too fast", 500: "Failed", 502: "A service behind failed", 503: "A subsystem is down or overloaded",
  ]

  init(_ snapshot: CatalogueSnapshot, _ route: MountedRoute) {
    let derived: Set<Int>
    let success: Int
    switch route.target {
    case .collection(let target):
      success = target.action == .create && route.status == 200 ? 201 : target.action == .delete ? 204 : route.status
      derived = OpenAPIStatuses.refusals(target, snapshot, route)
    case .rpc:
      success = route.status
      derived = OpenAPIStatuses.refusals(route)
    case .stream:
      success = 200
      derived = Set([401, 403, 503] + (OpenAPIStatuses.hasKey(route) ? [404] : []) + (route.spec.query.isEmpty ? [] : [400]))
    }
    successes = ([success] + route.spec.statuses.filter { $0 < 400 }).sorted()
    var all = derived.union(route.spec.statuses.filter { $0 >= 400 })
    if OpenAPIStatuses.takesIdempotencyKey(route) { all.formUnion([409, 422]) }
    refusals = all.sorted()
  }

  /// Routes that never look at credentials.
  static func isAnonymous(_ route: MountedRoute) -> Bool {
    route.permission == .public && route.plugin == HTTPGateway.contributor
  }

  /// POSTs that create (DECISIONS 14).
  static func takesIdempotencyKey(_ route: MountedRoute) -> Bool {
    guard route.method == "POST", !isAnonymous(route) else { return false }
    switch route.target {
    case .collection: return true
    case .rpc(_, let isRaw): return !isRaw && route.plugin != HTTPGateway.contributor
    case .stream: return false
    }
  }

  private static let ofBody: Set<Int> = [400, 413, 415]

  private static func refusals(
    _ target: RouteSpec.CollectionTarget, _ snapshot: CatalogueSnapshot, _ route: MountedRoute
  ) -> Set<Int> {
    var statuses: Set<Int> = [401, 403, 503]
    if target.parent != nil { statuses.insert(404) }
    switch target.action {
    case .list:
      let isChecked = snapshot.collection(target.collection)?.filters.isEmpty == false
      if isChecked || !target.isArray { statuses.insert(400) }
      if !target.isArray { statuses.insert(404) }
    case .show: statuses.insert(404)
    case .create: statuses.formUnion(ofBody)
    case .replace, .update: statuses.formUnion(ofBody.union([404]))
    case .delete:
      statuses.insert(404)
      if isHeld(target.collection, snapshot) { statuses.insert(409) }
    case nil: break
    }
    return statuses
  }

  private static func refusals(_ route: MountedRoute) -> Set<Int> {
    var statuses: Set<Int> = isAnonymous(route) ? [] : [401, 403]
    // Credentials in the body: wrong ones, or too many.
    if case .rpc(let method, _) = route.target, IdentityRoutes.withoutCredentials.contains(method) { statuses.formUnion([401, 429]) }
    if route.plugin != HTTPGateway.contributor { statuses.insert(503) }
    if hasKey(route) || route.spec.subject != nil { statuses.insert(404) }
    if ["POST", "PUT", "PATCH"].contains(route.method) { statuses.formUnion(ofBody) }
    // A parameter may hold what no text may.
    if !route.spec.query.isEmpty { statuses.insert(400) }
    return statuses
  }

  private static func hasKey(_ route: MountedRoute) -> Bool {
    route.pattern.segments.contains {
      if case .placeholder(_, let kind) = $0 { kind != .text } else { false }
    }
  }

  /// Whether rows elsewhere can keep a row of this collection from being deleted.
  private static func isHeld(_ name: String, _ snapshot: CatalogueSnapshot) -> Bool {
    snapshot.collections.contains { collection in
      collection.fields.contains { field in
        guard case .reference(name, let onDelete) = field.type else { return false }
        return onDelete == .restrict || field.holds != nil
      }
    }
  }
}
