public import JSONRPC
public import PluginProtocol

/// Who a request is for and how long it may take (docs/PROTOCOL.md, section 2.3). The host vouches for it.
public struct Meta: Sendable, Equatable {
  /// The caller has stopped waiting by then.
  public var deadline: ContinuousClock.Instant?
  /// The tenant's UUID; nil for maintenance.
  public var tenant: String?
  /// Who acts: a user, a key, a job or the installation itself.
  public var principal: Principal?
  /// On calls that may change something: the same id is the same call, made again.
  public var operationID: String?
  /// Of the HTTP request or job that began it, for logs.
  public var requestID: String?
  /// W3C trace context.
  public var traceparent: String?
  /// The caller asked to act without a tenant and may.
  public var system: Bool
  /// Of calls to storage: the only collections that may be used; nil = any.
  public var collections: CollectionGrant?

  /// Everything may be absent.
  public init(
    deadline: ContinuousClock.Instant? = nil, tenant: String? = nil, principal: Principal? = nil, operationID: String? = nil,
    requestID: String? = nil, traceparent: String? = nil, system: Bool = false, collections: CollectionGrant? = nil
  ) {
    self.deadline = deadline
    self.tenant = tenant
    self.principal = principal
    self.operationID = operationID
    self.requestID = requestID
    self.traceparent = traceparent
    self.system = system
    self.collections = collections
  }

  /// Reads `meta`; what is absent or of another type counts as absent.
  public init(json: JSON, now: ContinuousClock.Instant = .now) {
    self.init(
      deadline: json["deadline_ms"].int.map { now + .milliseconds($0) }, tenant: json["tenant"].string,
      principal: Principal(json: json["principal"]), operationID: json["operation_id"].string, requestID: json["request_id"].string,
      traceparent: json["traceparent"].string, system: json["system"].bool ?? false,
      collections: json["collections"].isNull ? nil : CollectionGrant(json: json["collections"]))
  }
}
