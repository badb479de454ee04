/// One command to run in one workspace, confined.
///
/// Source: docs/PROTOCOL.md, section 10.
package struct WorkspaceCommand: Sendable, Equatable {
  package var argv: [String]
  /// Relative to the caller's root of workspaces.
  package var workspace: String
  /// Relative to the workspace.
  package var workingDirectory = "."
  package var environment: [String: String] = [:]
  package var network: NetworkAccess = .none
  package var timeout: Duration = .seconds(60)
  package var limits = WorkspaceLimits()
  package var input = ""

  package init(argv: [String], workspace: String) {
    self.argv = argv
    self.workspace = workspace
  }
}

package struct WorkspaceLimits: Sendable, Equatable {
  package var memoryBytes: UInt64 = 512 << 20
  package var cpuSeconds: UInt64 = 60
  package var processes: UInt64 = 64
  /// The largest file, and the size of the command's own `/tmp`.
  package var diskBytes: UInt64 = 256 << 20
  /// Kept of each of stdout and stderr.
  package var outputBytes = 1 << 20

  package init() {}
}

/// How a command ended and what it said.
package struct WorkspaceCommandResult: Sendable, Equatable {
  package var status: TerminationStatus
  package var timedOut: Bool
  package var outputTruncated: Bool
  package var duration: Duration
  package var output: String
  package var errors: String
  package var layers: [SandboxLayer]
}

/// Why a command did not run. It never runs unconfined instead.
package enum WorkspaceCommandError: Error, Equatable, CustomStringConvertible {
  case sandboxUnavailable(String)
  case invalidWorkspace(String)
  case invalid(String)
  case busy

  /// The error's code on the wire.
  package var code: String {
    switch self {
    case .sandboxUnavailable: "sandbox_unavailable"
    case .invalidWorkspace: "invalid_workspace"
    case .invalid: "invalid_command"
    case .busy: "overloaded"
    }
  }

  package var description: String {
    switch self {
    case .sandboxUnavailable(let reason): "the command cannot be confined here: \(reason)"
    case .invalidWorkspace(let reason): reason
    case .invalid(let reason): reason
    case .busy: "too many commands are waiting"
    }
  }
}
