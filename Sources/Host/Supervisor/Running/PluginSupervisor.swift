import JSONRPC
import Logging
package import Router

/// Keeps a host's plugins running: starts them in the order of their needs, restarts them, stops them in reverse.
package actor PluginSupervisor {
  private let environment: PluginEnvironment
  private let logger: Logger
  private var runners: [String: PluginRunner] = [:]
  private let newRunners: AsyncStream<PluginRunner>
  private let addRunner: AsyncStream<PluginRunner>.Continuation
  private var isStopping = false

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
    let entries = entries.filter { $0.manifest.enabled && runners[$0.manifest.id] == nil }
    guard !isStopping else { return }
    for entry in entries {
      await environment.router.register(entry.manifest.policy)
      warn(of: entry)
    }
    let (waves, cycles) = StartOrder.waves(entries.map(\.manifest))
    for cycle in cycles {
      logger.warning("plugins require each other and start together", metadata: ["plugins": "\(cycle.ids.joined(separator: ", "))"])
    }
    let byID = Dictionary(entries.map { ($0.manifest.id, $0) }) { first, _ in first }
    for wave in waves {
      let started = wave.compactMap { id in byID[id].map { add($0) } }
      for runner in started { await runner.settled() }
    }
  }

  /// Says what the manifest asks for in vain.
  private func warn(of entry: ManifestDirectory.Entry) {
    let manifest = entry.manifest
    for key in [manifest.replicas > 1 ? "replicas" : nil, manifest.attach ? "attach" : nil].compactMap({ $0 }) {
      logger.warning("this version starts one process a plugin and lets none attach", metadata: ["file": "\(entry.file)", "key": "\(key)"])
    }
  }

  private func add(_ entry: ManifestDirectory.Entry) -> PluginRunner {
    let runner = PluginRunner(entry, environment)
    runners[entry.manifest.id] = runner
    addRunner.yield(runner)
    runner.send(.start)
    return runner
  }

  /// Stops every plugin, those first that others do not need; returns when no process is left.
  package func stop() async {
    isStopping = true
    let (waves, _) = StartOrder.waves(runners.values.map(\.manifest).sorted { $0.id < $1.id })
    for wave in waves.reversed() { await end(wave) }
    addRunner.finish()
  }

  private func end(_ ids: [String]) async {
    let ending = ids.compactMap { runners[$0] }
    for runner in ending { runner.send(.stop) }
    for runner in ending {
      await runner.ended()
      runners[runner.id] = nil
    }
  }

  /// Applies the difference to a new set of manifests: what changed is restarted, what is gone stops, the rest is left alone.
  ///
  /// - Returns: the ids of plugins that were started, restarted or stopped.
  package func reload(_ entries: [ManifestDirectory.Entry]) async -> [String] {
    let wanted = entries.filter(\.manifest.enabled)
    let unchanged = Set(wanted.filter { runners[$0.manifest.id]?.manifest == $0.manifest }.map(\.manifest.id))
    let leaving = runners.keys.filter { !unchanged.contains($0) }.sorted()
    await end(leaving)
    for id in leaving where !wanted.contains(where: { $0.manifest.id == id }) {
      await environment.router.unregister(id)
      await environment.hooks.removed(id)
    }
    let coming = wanted.filter { !unchanged.contains($0.manifest.id) }
    await start(coming)
    return Set(leaving + coming.map(\.manifest.id)).sorted()
  }

  /// Tries a failed or quarantined plugin again.
  ///
  /// - Returns: false when there is no such plugin.
  package func reset(_ id: String) -> Bool {
    guard let runner = runners[id] else { return false }
    runner.send(.start)
    return true
  }

  /// Every plugin that is switched on, by id.
  package func status() async -> [PluginStatus] {
    let routes = await environment.router.status()
    var all: [PluginStatus] = []
    for runner in runners.values {
      var status = await runner.status
      status.route = routes.first { $0.id == status.id }
      all.append(status)
    }
    return all.sorted { $0.id < $1.id }
  }
}

extension Manifest {
  /// What the router holds the plugin to.
  package var policy: PluginPolicy {
    PluginPolicy(
      id: id, provides: Set(provides), requires: Set(requires), grants: grants, concurrency: concurrency,
      queueLength: limits.queueLength)
  }
}
