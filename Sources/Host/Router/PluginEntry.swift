import PluginProtocol
import UnixTransport

/// What the router keeps of one plugin, also while it is down.
struct PluginEntry {
  var policy: PluginPolicy
  var outlook = PluginOutlook.coming
  /// The incarnation that gets calls.
  var active: LinkID?
  /// Of the last accepted description; nil before the first.
  var methods: [String: MethodSpec]?
  var queue: FairQueue
  var metrics = PluginRouteMetrics()

  init(_ policy: PluginPolicy) {
    self.policy = policy
    queue = FairQueue(limit: policy.queueLength)
  }

  /// Whether it serves the method, or may turn out to.
  func mayServe(_ method: MethodName) -> Bool {
    guard policy.provides.contains(method.capability), method.provider == nil || method.provider == policy.id else { return false }
    return methods.map { $0[method.name] != nil } ?? true
  }
}

/// What callers of a plugin without a ready incarnation may hope for.
package enum PluginOutlook: Sendable, Equatable {
  /// Soon: calls wait.
  case coming
  /// Not soon, and why: calls fail as `unavailable`.
  case down(String, retryAfterMilliseconds: Int?)
}

/// One connected incarnation, active or not.
struct LinkState {
  let connection: Connection
  /// Requests it is serving for the router: its id of the request to ours of the call.
  var serving: [Int64: Int] = [:]
  /// Requests it made that became calls: its id of the request to ours of the call.
  var calling: [Int64: Int] = [:]
  /// Requests it made that the host serves itself.
  var hostRequests: [Int64: AcceptedHostRequest] = [:]
}

/// A request for a method of the host, let in.
struct AcceptedHostRequest {
  let method: HostMethod
  let meta: CallMeta
}
