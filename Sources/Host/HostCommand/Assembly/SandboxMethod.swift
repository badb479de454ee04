import FoundationEssentials
import JSONRPC
import NIOCore
import PluginProtocol
import Router
import Sandbox

/// `sandbox.spawn`: the host runs a workspace's command for a plugin that may not build sandboxes itself (docs/PROTOCOL.md, section 10).
struct SandboxMethod: Sendable {
  let runner: WorkspaceRunner
  /// The root of the caller's workspaces, by plugin; nil when its manifest shows it none.
  let root: @Sendable (_ plugin: String) -> String?

  var method: HostMethod {
    HostMethod("sandbox.spawn", grant: .sandbox) { request async throws(RPCError) in
      ByteBuffer(bytes: try await run(try request.json(), caller: request.caller.plugin).bytes)
    }
  }

  private func run(_ params: JSON, caller: String) async throws(RPCError) -> JSON {
    guard let root = root(caller) else {
      throw RPCError(.denied, "\(caller) has no workspaces: its manifest needs write = [\"$WORKSPACES\"]")
    }
    let command: WorkspaceCommand
    do {
      command = try WorkspaceCommand(params)
    } catch {
      throw RPCError(.invalidParams, "\(error)")
    }
    do throws(WorkspaceCommandError) {
      return try await runner.run(command, in: root).json
    } catch {
      throw RPCError.application(error.code, status: error == .busy ? 503 : 500, "\(error)")
    }
  }
}

extension WorkspaceCommand {
  fileprivate init(_ params: JSON) throws(SpecError) {
    var reader = try SpecReader(params, "")
    let argv = try reader.strings("argv")
    guard !argv.isEmpty else { throw SpecError("argv", "must name a program") }
    self.init(argv: argv, workspace: try reader.require("workspace"))
    workingDirectory = try reader.string("cwd") ?? "."
    for (name, value) in try reader.members("env", WorkspaceCommand.text) { environment[name] = value }
    let network = try reader.string("network") ?? "none"
    switch network {
    case "none": self.network = .none
    case "outbound": self.network = .outbound
    default: throw SpecError("network", "must be none or outbound, not \(network)")
    }
    timeout = .milliseconds(try WorkspaceCommand.positive(&reader, "timeout_ms", 60_000, 3_600_000))
    input = try reader.string("stdin") ?? ""
    if let json = reader.json("limits"), !json.isNull { limits = try WorkspaceLimits(json) }
    try reader.finish()
  }

  private static func text(_ json: JSON, _ path: String) throws(SpecError) -> String {
    guard let text = json.string, !text.contains("\0") else { throw SpecError(path, "must be a text without NUL") }
    return text
  }

  fileprivate static func positive(_ reader: inout SpecReader, _ name: String, _ fallback: Int, _ limit: Int) throws(SpecError) -> Int {
    let value = try reader.int(name) ?? fallback
    guard (1...limit).contains(value) else { throw SpecError(reader.at(name), "must be 1 to \(limit)") }
    return value
  }
}

extension WorkspaceLimits {
  fileprivate init(_ json: JSON) throws(SpecError) {
    self.init()
    var reader = try SpecReader(json, "limits")
    let gigabyte = 1 << 30
    memoryBytes = UInt64(try WorkspaceCommand.positive(&reader, "memory_bytes", Int(memoryBytes), 16 * gigabyte))
    cpuSeconds = UInt64(try WorkspaceCommand.positive(&reader, "cpu_seconds", Int(cpuSeconds), 3600))
    processes = UInt64(try WorkspaceCommand.positive(&reader, "pids", Int(processes), 4096))
    diskBytes = UInt64(try WorkspaceCommand.positive(&reader, "disk_bytes", Int(diskBytes), 16 * gigabyte))
    outputBytes = try WorkspaceCommand.positive(&reader, "output_bytes", outputBytes, 1 << 20)
    try reader.finish()
  }
}

extension WorkspaceCommandResult {
  fileprivate var json: JSON {
    let parts = duration.components
    let milliseconds = parts.seconds * 1000 + parts.attoseconds / 1_000_000_000_000_000
    let ending: (code: JSON, signal: JSON) =
      switch status {
      case .code(let code): (.int(code), .null)
      case .signal(let signal): (.null, .int(signal))
      }
    return [
      "exit_code": ending.code, "signal": ending.signal, "timed_out": .bool(timedOut),
      "output_truncated": .bool(outputTruncated), "duration_ms": .int(milliseconds), "stdout": .string(output), "stderr": .string(errors),
      "sandbox": JSON(layers.map(\.rawValue)),
    ]
  }
}
