import Catalogue
import Identity
import JSONRPC
import PluginProtocol

/// A request that found its route and may use it.
final class Visit: Sendable {
  let exchange: Exchange
  let route: MountedRoute
  let match: RouteMatch
  let caller: Caller?
  let snapshot: CatalogueSnapshot
  /// The placeholders by name.
  let parameters: JSONObject

  init(exchange: Exchange, route: MountedRoute, match: RouteMatch, caller: Caller?, snapshot: CatalogueSnapshot) {
    self.exchange = exchange
    self.route = route
    self.match = match
    self.caller = caller
    self.snapshot = snapshot
    parameters = match.parameters(of: route)
  }

  var coercion: FieldCoercion {
    let snapshot = snapshot
    return FieldCoercion { snapshot.keyType(of: $0) }
  }

  /// The key of the row a path names: `{id}`, or the last placeholder.
  var key: JSON { parameters["id"] ?? parameters.members.last?.value ?? .null }

  /// The tenant of users who have none: it owns nothing, so that lists are empty and rows are not there (contract http.md, section 2.2).
  static let nobody = "00000000-0000-0000-0000-000000000000"

  /// Of calls to storage that do what the route's plugin declared.
  var contributor: CallContext.Contributor { .init(plugin: route.plugin, hostCollections: [IdempotentCreate.collection]) }

  /// - Parameter operationID: of calls that may change something.
  func context(
    timeout: Duration, operationID: String? = nil, system: Bool = false, contributor: CallContext.Contributor? = nil
  ) -> CallContext {
    CallContext(
      tenant: caller.map { $0.tenant?.id ?? Visit.nobody }, principal: caller?.principal, requestID: exchange.requestID,
      traceparent: exchange.traceparent,
      deadline: .now + timeout, system: system, operationID: operationID,
      contributor: contributor)
  }
}
