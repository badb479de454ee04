import JSONRPC
import NIOCore
package import PluginProtocol
package import UnixTransport

extension MessageRouter {
  /// Makes a plugin known, or changes what it is held to: calls to its capabilities wait for it from now on.
  package func register(_ policy: PluginPolicy) {
    defer { listProviders() }
    guard let known = plugins[policy.id] else {
      plugins[policy.id] = PluginEntry(policy)
      return
    }
    if known.policy.faults != policy.faults { known.faults = policy.faults }
    known.policy = policy
    known.breaker = CircuitBreaker()
    known.queue.limit = policy.queueLength
  }

  private func listProviders() {
    providers = [:]
    for entry in plugins.values {
      for capability in entry.policy.provides { providers[capability, default: []].append(entry) }
    }
  }

  /// Forgets a plugin: its methods are unknown from now on.
  package func unregister(_ id: String) {
    plugins[id]?.outlooks = [0: .down("removed", retryAfterMilliseconds: nil)]
    failWaiting(id)
    for active in plugins[id]?.active ?? [] { links[active]?.connection.close() }
    plugins[id] = nil
    listProviders()
  }

  /// Takes over the host's end of a new incarnation's socket. It gets no calls before ``activate(_:slot:)``.
  ///
  /// - Parameters:
  ///   - descriptor: closed with the connection, also when this throws.
  ///   - policy: what the incarnation is held to; nil = what its plugin is.
  ///   - controls: what injected faults need.
  package func connect(
    _ id: LinkID, descriptor: CInt, limits: ConnectionLimits, policy: PluginPolicy? = nil, controls: ProcessControls? = nil
  ) async throws -> Connection {
    try await Connection.open(descriptor: descriptor, on: eventLoop, limits: limits) { connection in
      self.assumeIsolated { router in
        let policy = policy ?? router.plugins[id.plugin]?.policy ?? PluginPolicy(id: id.plugin)
        router.links[id] = LinkState(connection: connection, policy: policy, controls: controls)
      }
      return LinkDelegate(id, router: self, connection: connection)
    }
  }

  /// Keeps what a plugin contributes, also after it dies.
  package func describe(_ plugin: String, methods: [MethodSpec]) {
    plugins[plugin]?.methods = Dictionary(methods.map { ($0.name, $0) }) { first, _ in first }
  }

  /// The incarnation is ready: it gets its share of the plugin's calls from now on.
  ///
  /// - Parameters:
  ///   - methods: what it described; nil = what its plugin did.
  ///   - slot: the supervisor's number of the replica.
  package func activate(_ id: LinkID, methods: [MethodSpec]? = nil, slot: Int = 0) {
    guard links[id] != nil, plugins[id.plugin] != nil else { return }
    if let methods { describe(id.plugin, methods: methods) }
    links[id]?.methods = plugins[id.plugin]?.methods
    links[id]?.hasServed = true
    if plugins[id.plugin]?.active.contains(id) == false { plugins[id.plugin]?.active.append(id) }
    plugins[id.plugin]?.outlooks[slot] = .coming
    pump(id.plugin)
  }

  /// No new calls for this incarnation; those it has go on.
  package func deactivate(_ id: LinkID) { plugins[id.plugin]?.active.removeAll { $0 == id } }

  /// What callers may hope for of one replica while no incarnation is active; nil when there is no such replica any more. Without
  /// hope, those who wait are told now.
  package func setOutlook(_ outlook: PluginOutlook?, of plugin: String, slot: Int = 0) {
    plugins[plugin]?.outlooks[slot] = outlook
    failWaiting(plugin)
  }

  private func failWaiting(_ plugin: String) {
    guard let entry = plugins[plugin], entry.active.isEmpty, case .down(let reason, let retry) = entry.outlook else { return }
    for id in plugins[plugin]?.queue.removeAll() ?? [] {
      finish(id, .failure(.unavailable("\(plugin) is down: \(reason)", plugin: plugin, retryAfterMilliseconds: retry)))
    }
  }

  /// The connection is over. Calls it was serving have already failed one by one.
  func linkClosed(_ id: LinkID) {
    guard let link = links.removeValue(forKey: id) else { return }
    deactivate(id)
    failWaiting(id.plugin)
    for call in link.calling.values.sorted() { cancel(call) }
    releaseJobs(of: id)
  }

  /// Whether an incarnation of the plugin gets calls.
  package func isActive(_ plugin: String) -> Bool { plugins[plugin]?.active.isEmpty == false }

  /// Whether an incarnation is serving calls of the router.
  package func isBusy(_ id: LinkID) -> Bool { links[id]?.serving.isEmpty == false }

  /// Whether some active plugin provides the capability.
  package func isServed(_ capability: String) -> Bool {
    providers[capability, default: []].contains { !$0.active.isEmpty }
  }

  /// Whether some plugin provides the capability, or is about to.
  package func isExpected(_ capability: String) -> Bool {
    providers[capability, default: []].contains { !$0.active.isEmpty || $0.outlook == .coming }
  }

  /// Every plugin, by id.
  package func status() -> [PluginRouteStatus] {
    plugins.values.map { entry in
      let replicas = entry.active.map { id in
        ReplicaRouteStatus(
          incarnation: id.incarnation, inFlight: links[id]?.serving.count ?? 0,
          latencyMicroseconds: links[id]?.latency.microseconds.map { Int($0) })
      }
      return PluginRouteStatus(
        id: entry.policy.id, incarnation: entry.active.last?.incarnation, replicas: replicas, isCircuitClosed: entry.breaker.isClosed,
        queued: entry.queue.count, inFlight: replicas.reduce(0) { $0 + $1.inFlight }, metrics: entry.metrics)
    }.sorted { $0.id < $1.id }
  }
}
