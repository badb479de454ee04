package import JSONRPC
package import Router

/// One plugin as `hivecore status`, the HTTP API and the metrics show it.
package struct PluginStatus: Sendable {
  package let id: String
  package let version: String
  package let provides: [String]
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
  package var route: PluginRouteStatus?

  package var json: JSON {
    let walls = confinement.map { JSON.object(["tier": .string($0.tier), "layers": JSON($0.layers)]) } ?? .null
    return [
      "id": .string(id), "version": .string(version), "provides": JSON(provides), "state": .string(state.rawValue),
      "pid": pid.map { .int($0) } ?? .null, "incarnation": .int(incarnation), "restarts": .int(restarts),
      "uptime_seconds": uptime.map { .int(Int64($0 / .seconds(1))) } ?? .null,
      "rss_bytes": memory.map { .int($0.residentByteCount) } ?? .null, "pss_bytes": memory.map { .int($0.proportionalByteCount) } ?? .null,
      "last_exit": lastExit?.json(now: .now) ?? .null, "problem": JSON(problem), "sandbox": walls, "queue": .int(route?.queued ?? 0),
      "in_flight": .int(route?.inFlight ?? 0), "calls": .int(total(\.calls)), "errors": .int(total(\.errors)),
      "retries": .int(route?.metrics.retries ?? 0), "denied": .int(route?.metrics.denied ?? 0),
      "overloaded": .int(route?.metrics.overloaded ?? 0), "methods": methods,
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
