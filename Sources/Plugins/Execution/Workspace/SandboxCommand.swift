import JSONRPC

/// A command for `sandbox.spawn`. Source: docs/PROTOCOL.md, section 10.
struct SandboxCommand: Sendable {
  var argv: [String]
  /// Relative to the plugin's workspaces; the command sees nothing else.
  var workspace: String
  var environment: JSONObject = [:]
  var timeout: Duration

  static let outputByteLimit = 1 << 20

  var params: JSON {
    let seconds = timeout.components.seconds
    return [
      "argv": JSON(argv), "workspace": .string(workspace), "cwd": ".", "env": .object(environment), "network": "none",
      "timeout_ms": .int(seconds * 1_000),
      "limits": [
        "memory_bytes": 536_870_912, "cpu_seconds": .int(seconds), "pids": 64, "disk_bytes": 268_435_456,
        "output_bytes": .int(SandboxCommand.outputByteLimit),
      ],
      "stdin": "",
    ]
  }
}

/// How a command ended.
struct SandboxResult: Sendable, Equatable {
  var exitCode: Int64?
  var timedOut: Bool
  var output: String
  var errors: String

  init(json: JSON) {
    exitCode = json["exit_code"].int
    timedOut = json["timed_out"].bool ?? false
    output = json["stdout"].string ?? ""
    errors = json["stderr"].string ?? ""
  }

  var lines: [String] { output.split(separator: "\n").map(String.init) }
}
