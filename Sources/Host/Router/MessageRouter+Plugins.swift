import JSONRPC
import NIOCore
package import PluginProtocol
package import UnixTransport

extension MessageRouter {
  /// Makes a plugin known: calls to its capabilities wait for it from now on.
  package func register(_ policy: PluginPolicy) {
    if plugins[policy.id] == nil { plugins[policy.id] = PluginEntry(policy) } else { plugins[policy.id]?.policy = policy }
  }

  /// Forgets a plugin: its methods are unknown from now on.
  package func unregister(_ id: String) {
    setOutlook(.down("removed", retryAfterMilliseconds: nil), of: id)
    if let active = plugins[id]?.active { links[active]?.connection.close() }
    plugins[id] = nil
  }

  /// Takes over the host's end of a new incarnation's socket. It gets no calls before ``activate(_:)``.
  ///
  /// - Parameter descriptor: closed with the connection, also when this throws.
  package func connect(_ id: LinkID, descriptor: CInt, limits: ConnectionLimits) async throws -> Connection {
    try await Connection.open(descriptor: descriptor, on: eventLoop, limits: limits) { connection in
      self.assumeIsolated { router in router.links[id] = LinkState(connection: connection) }
      return LinkDelegate(id, router: self, connection: connection)
    }
  }

  /// Keeps what a plugin contributes, also after it dies.
  package func describe(_ plugin: String, methods: [MethodSpec]) {
    plugins[plugin]?.methods = Dictionary(methods.map { ($0.name, $0) }) { first, _ in first }
  }

  /// The incarnation is ready: it gets the plugin's calls from now on.
  package func activate(_ id: LinkID) {
    guard links[id] != nil else { return }
    plugins[id.plugin]?.active = id
    plugins[id.plugin]?.outlook = .coming
    pump(id.plugin)
  }

  /// No new calls for this incarnation; those it has go on.
  package func deactivate(_ id: LinkID) {
    if plugins[id.plugin]?.active == id { plugins[id.plugin]?.active = nil }
  }

  /// What callers may hope for while no incarnation is active. Without hope, those who wait are told now.
  package func setOutlook(_ outlook: PluginOutlook, of plugin: String) {
    guard plugins[plugin] != nil else { return }
    plugins[plugin]?.outlook = outlook
    guard case .down(let reason, let retry) = outlook, plugins[plugin]?.active == nil else { return }
    for id in plugins[plugin]?.queue.removeAll() ?? [] {
      finish(id, .failure(.unavailable("\(plugin) is down: \(reason)", plugin: plugin, retryAfterMilliseconds: retry)))
    }
  }

  /// The connection is over. Calls it was serving have already failed one by one.
  func linkClosed(_ id: LinkID) {
    guard let link = links.removeValue(forKey: id) else { return }
    deactivate(id)
    for call in link.calling.values.sorted() { cancel(call) }
    releaseJobs(of: id)
  }

  /// Whether an incarnation of the plugin gets calls.
  package func isActive(_ plugin: String) -> Bool { plugins[plugin]?.active != nil }

  /// Whether an incarnation is serving calls of the router.
  package func isBusy(_ id: LinkID) -> Bool { links[id]?.serving.isEmpty == false }

  /// Whether some active plugin provides the capability.
  package func isServed(_ capability: String) -> Bool {
    plugins.values.contains { $0.active != nil && $0.policy.provides.contains(capability) }
  }

  /// Every plugin, by id.
  package func status() -> [PluginRouteStatus] {
    plugins.values.map { entry in
      PluginRouteStatus(
        id: entry.policy.id, incarnation: entry.active?.incarnation, queued: entry.queue.count,
        inFlight: entry.active.flatMap { links[$0]?.serving.count } ?? 0, metrics: entry.metrics)
    }.sorted { $0.id < $1.id }
  }
}
