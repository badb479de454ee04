import JSONRPC
import Logging
package import Router

/// Keeps a host's plugins running: starts them in the order of their needs, restarts them, changes them while they serve, stops them
/// in reverse.
package actor PluginSupervisor {
  let environment: PluginEnvironment
  let logger: Logger
  var groups: [String: PluginGroup] = [:]
  private let newRunners: AsyncStream<PluginRunner>
  private let addRunner: AsyncStream<PluginRunner>.Continuation
  private(set) var isStopping = false
  /// One change at a time; the others wait here.
  var isChanging = false
  var changeWaiters: [CheckedContinuation<Void, Never>] = []

  package init(_ environment: PluginEnvironment) {
    self.environment = environment
    logger = environment.logger
    (newRunners, addRunner) = AsyncStream.makeStream(of: PluginRunner.self)
  }

  /// Runs the plugins' runners until ``stop()``; when its task is cancelled every plugin is killed.
  package func run() async {
    await withDiscardingTaskGroup { group in
      for await runner in newRunners { group.addTask { await runner.run() } }
    }
  }

  /// Starts plugins, each after those it needs; returns when each is ready or known to have trouble.
  package func start(_ entries: [ManifestDirectory.Entry]) async {
    do throws(RPCError) {
      try await exclusively { () async throws(RPCError) in await self.begin(entries) }
    } catch {
      logger.error("plugins not started", metadata: ["reason": "\(error.message)"])
    }
  }

  func begin(_ entries: [ManifestDirectory.Entry]) async {
    let entries = entries.filter { $0.manifest.enabled && groups[$0.manifest.id] == nil }
    guard !isStopping else { return }
    for entry in entries { await environment.router.register(entry.manifest.policy) }
    let (waves, cycles) = StartOrder.waves(entries.map(\.manifest))
    for cycle in cycles {
      logger.warning("plugins require each other and start together", metadata: ["plugins": "\(cycle.ids.joined(separator: ", "))"])
    }
    let byID = Dictionary(entries.map { ($0.manifest.id, $0) }) { first, _ in first }
    for wave in waves where !isStopping {
      for entry in wave.compactMap({ byID[$0] }) {
        groups[entry.manifest.id] = PluginGroup(entry, running: entry.manifest)
        let runners = launch(entry.manifest, entry.manifest.replicas)
        groups[entry.manifest.id]?.runners = runners
      }
      for id in wave { await settled(id) }
    }
  }

  /// Waits until a plugin's processes are up or known to have trouble; from then on they alone say what callers may hope for.
  func settled(_ id: String) async {
    for runner in groups[id]?.runners ?? [] { _ = await runner.settled() }
    await environment.router.setOutlook(nil, of: id)
  }

  /// Starts processes of a plugin that has a group; none once ``run()`` has ended, for nobody would run them.
  func launch(_ manifest: Manifest, _ count: Int, areCandidates: Bool = false) -> [PluginRunner] {
    var runners: [PluginRunner] = []
    while runners.count < count, let slot = groups[manifest.id]?.nextSlot(), let shared = groups[manifest.id]?.shared {
      let runner = PluginRunner(manifest, slot: slot, isCandidate: areCandidates, shared: shared, environment: environment)
      if case .terminated = addRunner.yield(runner) { break }
      runners.append(runner)
      runner.send(.start)
    }
    return runners
  }

  /// Stops every plugin, those first that others do not need; returns when no process is left.
  package func stop() async {
    isStopping = true
    let (waves, _) = StartOrder.waves(groups.values.map(\.manifest).sorted { $0.id < $1.id })
    for wave in waves.reversed() { await end(wave) }
    addRunner.finish()
  }

  func end(_ ids: [String]) async {
    let ending = ids.flatMap { id in (groups[id]?.runners ?? []) + (groups[id]?.candidates ?? []) }
    await end(ending)
    for id in ids { groups[id] = nil }
  }

  func end(_ runners: [PluginRunner]) async {
    for runner in runners { runner.send(.stop) }
    for runner in runners { await runner.ended() }
  }

  /// Tries a failed or quarantined plugin again.
  ///
  /// - Returns: false when there is no such plugin.
  package func reset(_ id: String) async -> Bool {
    guard let group = groups[id] else { return false }
    await environment.router.register(group.manifest.policy)
    for runner in group.runners { runner.send(.start) }
    return true
  }

  /// Every plugin that is switched on, by id.
  package func status() async -> [PluginStatus] {
    let routes = await environment.router.status()
    var all: [PluginStatus] = []
    for (id, group) in groups {
      var replicas: [ReplicaStatus] = []
      for runner in group.runners { replicas.append(await runner.status) }
      all.append(
        PluginStatus(
          id: id, version: group.manifest.version, provides: group.manifest.provides, replicas: replicas,
          earlierRestarts: group.earlierRestarts, exec: group.manifest.exec == group.entry.manifest.exec ? nil : group.manifest.exec,
          route: routes.first { $0.id == id }))
    }
    return all.sorted { $0.id < $1.id }
  }

  /// A plugin's output of late; nil when there is no such plugin.
  package func output(of id: String) -> OutputHistory? { groups[id]?.shared.history }

  /// What an operator may want to know of one plugin beside its status.
  package func resources(of id: String) async -> (manifest: Manifest, used: [ProcessResources])? {
    guard let group = groups[id] else { return nil }
    var used: [ProcessResources] = []
    for runner in group.runners {
      if let resources = await runner.resources { used.append(resources) }
    }
    return (group.manifest, used)
  }
}

extension Manifest {
  /// What the router holds the plugin to.
  package var policy: PluginPolicy {
    PluginPolicy(
      id: id, provides: Set(provides), requires: Set(requires), grants: grants, collections: collections,
      concurrency: concurrency, queueLength: limits.queueLength, faults: faults)
  }
}
