import JSONRPC
import PluginProtocol
import Router
import Supervisor

/// What the command line asks of one plugin of a running host.
extension HostControl {
  private static let lineLimit = 500

  @Sendable static func upgradePlugin(_ host: RunningHost, _ params: JSON) async throws(RPCError) -> JSON {
    let id = try text(params, "plugin")
    let directory: ManifestDirectory
    do {
      directory = try HostAssembly.manifests(host.config, host.world.installation, host.logger)
    } catch {
      throw RPCError(.invalidParams, "\(error)")
    }
    guard let entry = directory.entries.first(where: { $0.manifest.id == id }) else {
      let problems = directory.problems.filter { $0.file == host.directory.entries.first { $0.manifest.id == id }?.file }
      throw RPCError(.invalidParams, problems.isEmpty ? "there is no plugin \(id)" : problems.map { "\($0)" }.joined(separator: "\n"))
    }
    return try await host.supervisor.upgrade(entry, exec: params["exec"].string).json
  }

  @Sendable static func scalePlugin(_ host: RunningHost, _ params: JSON) async throws(RPCError) -> JSON {
    let id = try text(params, "plugin")
    guard let count = params["replicas"].int, (1...64).contains(count) else {
      throw RPCError(.invalidParams, "replicas must be 1 to 64")
    }
    try await host.supervisor.scale(id, to: Int(count))
    return [:]
  }

  /// `{"lines": […], "next": n}`: the lines after number `after`, or the `last` ones.
  @Sendable static func logsOfPlugin(_ host: RunningHost, _ params: JSON) async throws(RPCError) -> JSON {
    let id = try text(params, "plugin")
    guard let history = await host.supervisor.output(of: id) else { throw RPCError(.invalidParams, "there is no plugin \(id)") }
    let last = Int(clamping: min(max(0, params["last"].int ?? 100), Int64(OutputHistory.lineLimit)))
    let after = params["after"].int.map { Int(clamping: $0) } ?? history.start(ofLast: last)
    let lines = history.lines(after: after, limit: lineLimit)
    let listed = lines.map { line in
      JSON.object([
        "number": .int(line.number), "incarnation": .int(line.incarnation), "stream": .string(line.stream), "text": .string(line.text),
      ])
    }
    return ["lines": .array(listed), "next": .int(lines.last?.number ?? after)]
  }

  @Sendable static func reportOnPlugin(_ host: RunningHost, _ params: JSON) async throws(RPCError) -> JSON {
    let id = try text(params, "plugin")
    guard let (manifest, used) = await host.supervisor.resources(of: id),
      let status = await host.supervisor.status().first(where: { $0.id == id })
    else { throw RPCError(.invalidParams, "there is no plugin \(id)") }
    let metrics = status.route?.metrics ?? PluginRouteMetrics()
    let called = metrics.called.sorted { $0.key < $1.key }.map { ($0.key, JSON.int($0.value)) }
    let denied = metrics.denials.sorted { ($0.key.method, $0.key.reason) < ($1.key.method, $1.key.reason) }.map { denial, count in
      JSON.object(["method": .string(denial.method), "reason": .string(denial.reason), "count": .int(count)])
    }
    return [
      "status": status.json,
      "granted": [
        "provides": JSON(manifest.provides), "requires": JSON(manifest.requires), "grants": JSON(manifest.grants.map(\.rawValue).sorted()),
        "collections": manifest.collections.json,
        "network": .string(manifest.sandbox.network.rawValue), "read": JSON(manifest.sandbox.read), "write": JSON(manifest.sandbox.write),
        "require": .string(manifest.sandbox.require.rawValue),
      ],
      "limits": [
        "memory_bytes": .int(manifest.limits.memoryByteCount), "cpu_percent": .int(manifest.limits.cpuPercent),
        "pids": .int(manifest.limits.processCount), "files": .int(manifest.limits.fileCount), "queue": .int(manifest.limits.queueLength),
        "concurrency": .int(manifest.concurrency),
      ],
      "used": .array(used.map(\.json)), "called": .object(JSONObject(called)), "denied": .array(denied),
    ]
  }
}
