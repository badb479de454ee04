import NIOCore
import PluginProtocol
import UnixTransport

/// What the router keeps of one plugin, also while it is down.
final class PluginEntry {
  var policy: PluginPolicy {
    didSet { reaches = [:] }
  }
  /// What each of its replicas may hope for, by the supervisor's number of it.
  var outlooks: [Int: PluginOutlook] = [0: .coming]
  /// The incarnations that get calls.
  var active: [LinkID] = []
  /// Of the last accepted description; nil before the first.
  var methods: [String: MethodSpec]?
  /// What it contributes, to storage.
  var ownCollections: [String] = [] {
    didSet { reaches = [:] }
  }
  /// What its routes may use, by the collections of the host that take part.
  private var reaches: [[String]: Reach] = [:]
  var queue: FairQueue
  var breaker = CircuitBreaker()
  var faults: FaultPlan?
  var metrics = PluginRouteMetrics()

  init(_ policy: PluginPolicy) {
    self.policy = policy
    queue = FairQueue(limit: policy.queueLength)
    faults = policy.faults
  }

  /// Whether it serves the method, or may turn out to.
  func mayServe(_ method: MethodName) -> Bool {
    guard policy.provides.contains(method.capability), method.provider == nil || method.provider == policy.id else { return false }
    return methods.map { $0[method.name] != nil } ?? true
  }

  /// The collections that calls of an incarnation may use: while versions change it may be held to another policy.
  func reach(of policy: PluginPolicy) -> Reach {
    policy.collections == self.policy.collections ? reach() : Reach(policy.collections.adding(ownCollections))
  }

  /// Whether an incarnation gets calls of the method now.
  func serves(_ method: MethodName) -> Bool { !active.isEmpty && methods?[method.name] != nil }

  /// The collections that its calls may use, and those of the host for its routes.
  func reach(with hostCollections: [String] = []) -> Reach {
    if let known = reaches[hostCollections] { return known }
    let reach = Reach(policy.collections.adding(ownCollections + hostCollections))
    reaches[hostCollections] = reach
    return reach
  }

  /// The best of its replicas' outlooks.
  var outlook: PluginOutlook {
    let all = outlooks.sorted { $0.key < $1.key }.map(\.value)
    if all.contains(.coming) { return .coming }
    return all.min { $0.retryAfterMilliseconds ?? .max < $1.retryAfterMilliseconds ?? .max }
      ?? .down("stopped", retryAfterMilliseconds: nil)
  }
}

/// What callers of a plugin without a ready incarnation may hope for.
package enum PluginOutlook: Sendable, Equatable {
  /// Soon: calls wait.
  case coming
  /// Not soon, and why: calls fail as `unavailable`.
  case down(String, retryAfterMilliseconds: Int?)

  var retryAfterMilliseconds: Int? { if case .down(_, let milliseconds) = self { milliseconds } else { nil } }
}

/// What injected faults do to a plugin's process.
package struct ProcessControls: Sendable {
  package let kill: @Sendable () -> Void
  package let suspend: @Sendable () -> Void

  package init(kill: @escaping @Sendable () -> Void, suspend: @escaping @Sendable () -> Void) {
    self.kill = kill
    self.suspend = suspend
  }
}

/// One connected incarnation, active or not.
final class LinkState {
  let connection: Connection
  /// What this incarnation is held to: an upgrade's may differ from its predecessor's.
  let policy: PluginPolicy
  let controls: ProcessControls?
  /// Of its own description; nil before it.
  var methods: [String: MethodSpec]?
  /// It got calls once: what it commits counts, also while it finishes them.
  var hasServed = false
  /// Its death has been counted.
  var hasFailed = false
  /// Smoothed time of an answer.
  var latency = SmoothedLatency()
  /// Requests it is serving for the router: its id of the request to ours of the call.
  var serving: [Int64: Int] = [:]
  /// Requests it made that became calls: its id of the request to ours of the call.
  var calling: [Int64: Int] = [:]
  /// Requests it made that the host serves itself.
  var hostRequests: [Int64: AcceptedHostRequest] = [:]

  init(connection: Connection, policy: PluginPolicy, controls: ProcessControls?) {
    self.connection = connection
    self.policy = policy
    self.controls = controls
  }

  var hasRoom: Bool { connection.unansweredCount < policy.concurrency }
}

/// A request for a method of the host, let in.
struct AcceptedHostRequest {
  let method: HostMethod
  let meta: CallMeta
}
