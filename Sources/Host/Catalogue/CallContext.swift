package import PluginProtocol

/// On whose behalf, for how long and under which ids a call is made; the router turns it into `meta` (docs/PROTOCOL.md, section 2.3).
package struct CallContext: Sendable {
  /// The tenant the call acts for; nil only together with ``system``, or for global collections.
  package var tenant: String?
  package var principal: Principal?
  package var requestID: String
  /// W3C trace context, as the client sent it.
  package var traceparent: String?
  package var deadline: ContinuousClock.Instant
  /// Sees every tenant: the host's own upkeep and identity.
  package var system: Bool
  /// The same id = the same call, retried; nil = the call changes nothing.
  package var operationID: String?
  /// Whose route is followed: the call reaches no further than that plugin; nil = the host's own.
  package var contributor: Contributor?

  package struct Contributor: Sendable, Equatable {
    package let plugin: String
    /// Collections that the host itself uses beside the plugin's, in the same call.
    package let hostCollections: [String]

    package init(plugin: String, hostCollections: [String] = []) {
      self.plugin = plugin
      self.hostCollections = hostCollections
    }
  }

  package init(
    tenant: String? = nil, principal: Principal? = nil, requestID: String, traceparent: String? = nil, deadline: ContinuousClock.Instant,
    system: Bool = false, operationID: String? = nil, contributor: Contributor? = nil
  ) {
    self.tenant = tenant
    self.principal = principal
    self.requestID = requestID
    self.traceparent = traceparent
    self.deadline = deadline
    self.system = system
    self.operationID = operationID
    self.contributor = contributor
  }

  /// A call of the host itself.
  package static func system(_ requestID: String, timeout: Duration = .seconds(10), operationID: String? = nil) -> CallContext {
    CallContext(
      principal: Principal(.system, id: "host"), requestID: requestID, deadline: .now + timeout, system: true, operationID: operationID)
  }
}
