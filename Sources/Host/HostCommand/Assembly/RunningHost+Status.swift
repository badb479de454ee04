import Foundation
import Gateway
import JSONRPC
import Router
import Sandbox
import Supervisor

/// The same facts for the command line, HTTP and the metrics.
extension RunningHost {
  /// `{"version", "host", "plugins": […]}`; a manifest that is switched off or wrong is not among them.
  func status() async -> JSON {
    let pid = ProcessInfo.processInfo.processIdentifier
    let memory = ProcessMemory.read(pid: pid, withChildren: false)
    let host: JSON = [
      "pid": .int(pid), "rss_bytes": memory.map { .int($0.residentByteCount) } ?? .null,
      "pss_bytes": memory.map { .int($0.proportionalByteCount) } ?? .null, "data": .string(config.data.root),
      "uptime_seconds": .int(Int64((ContinuousClock.now - started) / .seconds(1))),
      "sandbox": ["tier": .string(sandbox.tier.rawValue), "layers": layers],
    ]
    return [
      "version": .string(HiveCoreVersion.text), "host": host, "plugins": .array(await supervisor.status().map(\.json)),
      "problems": JSON(directory.problems.map { "\($0)" }),
    ]
  }

  /// As Prometheus text.
  func metrics() async -> String {
    let methods = await router.status().map { ($0.id, $0.metrics.methods) }
    return HostMetrics(await status(), methods: Dictionary(methods) { first, _ in first }).text
  }

  /// Ready = every required capability answers; what else is down shows as degraded.
  func readiness() async -> SystemReport.Readiness {
    var checks: [(name: String, state: String)] = []
    var isReady = true
    for capability in Self.required {
      let isServed = await router.isServed(capability)
      isReady = isReady && isServed
      checks.append((capability, isServed ? "ok" : "down"))
    }
    for plugin in await supervisor.status() where !plugin.provides.contains(where: Self.required.contains) {
      checks.append((plugin.id, plugin.state == .ready ? "ok" : "degraded"))
    }
    return SystemReport.Readiness(isReady: isReady, checks: checks)
  }

  private var layers: JSON {
    .array(sandbox.layers.map { ["layer": .string($0.layer.rawValue), "engaged": .bool($0.engaged), "detail": .string($0.detail)] })
  }
}
