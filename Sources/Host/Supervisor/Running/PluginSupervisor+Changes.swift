package import JSONRPC
import Logging
import Router

/// Changes while plugins serve: nothing that was accepted is lost, and what does not prove itself changes nothing.
extension PluginSupervisor {
  /// Changes that may wait for the one in progress.
  private static let waiterLimit = 16
  /// How long calls wait for an exclusive plugin to finish what it serves, before its successor takes over beside it.
  private static let handoverLimit: Duration = .seconds(5)

  /// Applies the difference to a new set of manifests: what is gone stops, what is new starts, what changed is replaced while it
  /// serves, the rest is left alone.
  package func reload(_ entries: [ManifestDirectory.Entry]) async throws(RPCError) -> [PluginChange] {
    try await exclusively { () async throws(RPCError) in await self.apply(entries) }
  }

  private func apply(_ entries: [ManifestDirectory.Entry]) async -> [PluginChange] {
    let wanted = Dictionary(entries.filter(\.manifest.enabled).map { ($0.manifest.id, $0) }) { first, _ in first }
    var changes: [PluginChange] = []
    let (leaving, _) = StartOrder.waves(groups.filter { wanted[$0.key] == nil }.map(\.value.manifest).sorted { $0.id < $1.id })
    for wave in leaving.reversed() {
      await end(wave)
      for id in wave {
        await environment.router.unregister(id)
        await environment.hooks.removed(id)
        changes.append(PluginChange(id, .stopped))
      }
    }
    let coming = wanted.values.filter { groups[$0.manifest.id] == nil }
    await begin(coming.sorted { $0.file < $1.file })
    changes += coming.map { PluginChange($0.manifest.id, .started) }
    let (waves, _) = StartOrder.waves(wanted.values.map(\.manifest).sorted { $0.id < $1.id })
    for id in waves.joined() {
      guard let entry = wanted[id], let group = groups[id], group.entry.manifest != entry.manifest else { continue }
      changes.append(await replace(entry, group))
    }
    return changes.sorted { $0.plugin < $1.plugin }
  }

  private func replace(_ entry: ManifestDirectory.Entry, _ group: PluginGroup) async -> PluginChange {
    let id = entry.manifest.id
    var sameButReplicas = entry.manifest
    sameButReplicas.replicas = group.entry.manifest.replicas
    do throws(RPCError) {
      if sameButReplicas == group.entry.manifest {
        try await resize(id, to: entry.manifest.replicas)
        groups[id]?.entry = entry
        return PluginChange(id, .scaled)
      }
      return try await shift(to: entry, entry.manifest)
    } catch {
      return PluginChange(id, .refused, problem: error.message)
    }
  }

  /// Replaces a plugin's processes by those of another program, or of the same one anew.
  ///
  /// - Parameters:
  ///   - entry: its manifest as it is now.
  ///   - exec: a program in place of the manifest's.
  /// - Throws: why not; the old processes go on serving then.
  package func upgrade(_ entry: ManifestDirectory.Entry, exec: String?) async throws(RPCError) -> PluginChange {
    try await exclusively { () async throws(RPCError) in
      var manifest = entry.manifest
      if let exec { manifest.exec = exec }
      if let scaled = self.groups[manifest.id], scaled.entry.manifest.replicas == manifest.replicas {
        manifest.replicas = scaled.manifest.replicas
      }
      return try await self.shift(to: entry, manifest)
    }
  }

  /// Changes how many processes serve.
  package func scale(_ id: String, to count: Int) async throws(RPCError) {
    try await exclusively { () async throws(RPCError) in try await self.resize(id, to: count) }
  }

  private func resize(_ id: String, to count: Int) async throws(RPCError) {
    guard let group = groups[id] else { throw RPCError(.invalidParams, "there is no plugin \(id)") }
    guard count == 1 || !group.manifest.isExclusive else {
      let names = group.manifest.provides.filter(ManifestVerifier.exclusive.contains).joined(separator: ", ")
      throw RPCError(.invalidParams, "\(id) provides \(names), of which there is one at a time")
    }
    if count > group.runners.count {
      let more = launch(group.manifest, count - group.runners.count)
      groups[id]?.runners += more
      for runner in more { _ = await runner.settled() }
    } else {
      let surplus = Array(group.runners.suffix(group.runners.count - count))
      groups[id]?.runners.removeLast(surplus.count)
      await retire(surplus, of: id)
    }
    groups[id]?.manifest.replicas = count
  }

  /// New processes prove themselves beside the old ones, take over, and only then the old ones go.
  private func shift(to entry: ManifestDirectory.Entry, _ manifest: Manifest) async throws(RPCError) -> PluginChange {
    let id = manifest.id
    guard let old = groups[id] else { throw RPCError(.invalidParams, "there is no plugin \(id)") }
    guard await isServing(old) else { return await startAnew(entry, manifest, old) }
    await environment.router.setOutlook(.coming, of: id)
    let fresh = launch(manifest, manifest.replicas, areCandidates: true)
    groups[id]?.candidates = fresh
    do throws(RPCError) {
      try await prove(fresh)
      await environment.router.register(manifest.policy)
      let isExclusive = old.manifest.isExclusive || manifest.isExclusive
      if isExclusive { await finish(old.runners) }
      do throws(RPCError) {
        try await admit(fresh)
      } catch {
        await environment.router.register(old.manifest.policy)
        if isExclusive { await bringBack(old) }
        throw error
      }
    } catch {
      await end(fresh)
      groups[id]?.candidates = []
      await environment.router.setOutlook(nil, of: id)
      logger.error("new version of a plugin refused", metadata: ["plugin": "\(id)", "reason": "\(error.message)"])
      throw error
    }
    groups[id]?.entry = entry
    groups[id]?.manifest = manifest
    groups[id]?.runners = fresh
    groups[id]?.candidates = []
    await environment.router.setOutlook(nil, of: id)
    await retire(old.runners, of: id)
    logger.notice("plugin upgraded", metadata: ["plugin": "\(id)", "version": "\(manifest.version)", "exec": "\(manifest.exec)"])
    return PluginChange(id, .upgraded)
  }

  private func isServing(_ group: PluginGroup) async -> Bool {
    for runner in group.runners {
      let state = await runner.status.state
      if state == .ready || state == .degraded { return true }
    }
    return false
  }

  /// Nothing serves that could be kept: whatever the new version does shows in its status.
  private func startAnew(_ entry: ManifestDirectory.Entry, _ manifest: Manifest, _ old: PluginGroup) async -> PluginChange {
    await environment.router.register(manifest.policy)
    await environment.router.setOutlook(.coming, of: manifest.id)
    await retire(old.runners, of: manifest.id)
    groups[manifest.id]?.entry = entry
    groups[manifest.id]?.manifest = manifest
    let runners = launch(manifest, manifest.replicas)
    groups[manifest.id]?.runners = runners
    await settled(manifest.id)
    return PluginChange(manifest.id, .restarted)
  }

  private func prove(_ fresh: [PluginRunner]) async throws(RPCError) {
    for runner in fresh where await runner.settled() != .standby { throw await refusal(of: runner) }
  }

  private func admit(_ fresh: [PluginRunner]) async throws(RPCError) {
    for runner in fresh {
      runner.admission?.open()
      guard await runner.settled(past: [.disabled, .starting, .standby]) == .ready else { throw await refusal(of: runner) }
    }
  }

  private func refusal(of runner: PluginRunner) async -> RPCError {
    let status = await runner.status
    let lines = status.lines.suffix(5).map { "\n  | \($0)" }.joined()
    return .application("upgrade_refused", status: 409, (status.problem ?? "it was stopped") + lines)
  }

  /// An exclusive plugin ends its work before its successor begins: calls wait meanwhile.
  private func finish(_ runners: [PluginRunner]) async {
    for runner in runners { runner.send(.stop) }
    for runner in runners { await runner.drained.passes(within: Self.handoverLimit) }
  }

  /// The successor of an exclusive plugin failed after it had ended its work.
  private func bringBack(_ old: PluginGroup) async {
    let id = old.manifest.id
    await retire(old.runners, of: id)
    guard !isStopping else { return }
    let runners = launch(old.manifest, old.manifest.replicas)
    groups[id]?.runners = runners
    for runner in runners { _ = await runner.settled() }
  }

  private func retire(_ runners: [PluginRunner], of id: String) async {
    for runner in runners {
      let restarts = await runner.status.restarts
      groups[id]?.earlierRestarts += restarts
    }
    await end(runners)
  }

  func exclusively<Value: Sendable>(_ body: () async throws(RPCError) -> Value) async throws(RPCError) -> Value {
    if isChanging {
      guard changeWaiters.count < Self.waiterLimit else {
        throw RPCError(.overloaded, "too many changes wait", data: ["retryable": true, "delivered": "no", "retry_after_ms": 1000])
      }
      await withCheckedContinuation { changeWaiters.append($0) }
    }
    isChanging = true
    defer {
      if changeWaiters.isEmpty { isChanging = false } else { changeWaiters.removeFirst().resume() }
    }
    guard !isStopping else { throw RPCError(.draining, "the host is stopping") }
    return try await body()
  }
}
