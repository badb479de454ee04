package import JSONRPC
package import Router

/// One process of a plugin.
package struct ReplicaStatus: Sendable {
  package let state: PluginState
  package let pid: Int32?
  package let incarnation: Int
  package let restarts: Int
  package let uptime: Duration?
  package let memory: ProcessMemory?
  package let lastExit: LastExit?
  /// Why it is down, in one line.
  package let problem: String?
  package let confinement: Confinement?
  package let lines: [String]

  func json(_ route: ReplicaRouteStatus?) -> JSON {
    [
      "pid": pid.map { .int($0) } ?? .null, "state": .string(state.rawValue), "incarnation": .int(incarnation), "restarts": .int(restarts),
      "uptime_seconds": uptime.map { .int(Int64($0 / .seconds(1))) } ?? .null,
      "rss_bytes": memory.map { .int($0.residentByteCount) } ?? .null, "last_exit": lastExit?.json(now: .now) ?? .null,
      "problem": JSON(problem), "in_flight": .int(route?.inFlight ?? 0), "latency_us": route?.latencyMicroseconds.map { .int($0) } ?? .null,
    ]
  }
}

/// One plugin as `hivecore status`, the HTTP API and the metrics show it: its replicas together.
package struct PluginStatus: Sendable {
  package let id: String
  package let version: String
  package let provides: [String]
  /// At least one.
  package let replicas: [ReplicaStatus]
  /// Restarts of replicas that are no more.
  let earlierRestarts: Int
  /// The program in place of the manifest's, after an upgrade that named one.
  package let exec: String?
  package var route: PluginRouteStatus?

  /// The one to look at: whoever is not as it should be, else the first.
  private var first: ReplicaStatus? { replicas.first { $0.state != .ready } ?? replicas.first }

  /// `ready` when every replica is; `degraded` when some serve.
  package var state: PluginState {
    guard let first, replicas.contains(where: { $0.state != first.state }) else { return first?.state ?? .stopped }
    return replicas.contains { $0.state == .ready || $0.state == .degraded } ? .degraded : first.state
  }

  package var pid: Int32? { first?.pid }
  package var incarnation: Int { first?.incarnation ?? 0 }
  package var restarts: Int { replicas.reduce(earlierRestarts) { $0 + $1.restarts } }
  package var uptime: Duration? { first?.uptime }
  package var lastExit: LastExit? { replicas.compactMap(\.lastExit).max { $0.at < $1.at } }
  package var problem: String? { first?.problem }
  package var confinement: Confinement? { first?.confinement }
  package var lines: [String] { first?.lines ?? [] }

  package var memory: ProcessMemory? {
    let known = replicas.compactMap(\.memory)
    guard !known.isEmpty else { return nil }
    return ProcessMemory(
      residentByteCount: known.reduce(0) { $0 + $1.residentByteCount },
      proportionalByteCount: known.reduce(0) { $0 + $1.proportionalByteCount })
  }

  package var json: JSON {
    let walls = confinement.map { JSON.object(["tier": .string($0.tier), "layers": JSON($0.layers)]) } ?? .null
    let each = replicas.map { replica in replica.json(route?.replicas.first { $0.incarnation == replica.incarnation }) }
    return [
      "id": .string(id), "version": .string(version), "provides": JSON(provides), "state": .string(state.rawValue),
      "pid": pid.map { .int($0) } ?? .null, "incarnation": .int(incarnation), "restarts": .int(restarts),
      "uptime_seconds": uptime.map { .int(Int64($0 / .seconds(1))) } ?? .null,
      "rss_bytes": memory.map { .int($0.residentByteCount) } ?? .null, "pss_bytes": memory.map { .int($0.proportionalByteCount) } ?? .null,
      "last_exit": lastExit?.json(now: .now) ?? .null, "problem": JSON(problem), "sandbox": walls, "exec": JSON(exec),
      "replicas": .array(each), "circuit": .string(route?.isCircuitClosed == false ? "open" : "closed"),
      "queue": .int(route?.queued ?? 0), "in_flight": .int(route?.inFlight ?? 0), "calls": .int(total(\.calls)),
      "errors": .int(total(\.errors)), "retries": .int(route?.metrics.retries ?? 0), "denied": .int(route?.metrics.denied ?? 0),
      "overloaded": .int(route?.metrics.overloaded ?? 0), "faults": .int(route?.metrics.faults ?? 0), "methods": methods,
    ]
  }

  private func total(_ path: KeyPath<MethodMetrics, Int>) -> Int {
    route?.metrics.methods.values.reduce(0) { $0 + $1[keyPath: path] } ?? 0
  }

  private var methods: JSON {
    let sorted = (route?.metrics.methods ?? [:]).sorted { $0.key < $1.key }
    return .object(
      JSONObject(
        sorted.map { name, metrics in
          let latency = metrics.latency
          let values: JSON = [
            "calls": .int(metrics.calls), "errors": .int(metrics.errors), "p50_us": .int(latency.microseconds(quantile: 0.5)),
            "p99_us": .int(latency.microseconds(quantile: 0.99)),
          ]
          return (name, values)
        }))
  }
}
