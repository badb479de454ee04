/// What one sandboxed process may see, use and reach. Everything not named here is absent or denied.
package struct SandboxProfile: Sendable, Equatable {
  /// What appears in the private root, in this order.
  package var mounts: [BindMount] = []
  /// Symbolic links of the private root: path to target.
  package var links: [String: String] = [:]
  /// Small made-up files of the private root: path to text.
  package var files: [String: String] = [:]
  package var network: NetworkAccess = .none
  package var limits = SandboxLimits()
  /// The whole environment. Never a secret: the host's other users may read it.
  package var environment: [String: String] = [:]
  package var workingDirectory = "/"
  /// Whether what lies in its `/tmp` may be executed.
  package var executesTemporary = false
  /// Who the process is outside, when the host runs as root; an ordinary user's host has no choice.
  package var user = SandboxUser.shared
  /// Below this tier the process is not started.
  package var require = SandboxTier.full

  package init() {}
}

/// A file or directory of the host that appears in the private root.
package struct BindMount: Sendable, Equatable {
  package enum Access: Sendable, Equatable {
    /// Read and execute.
    case readOnly
    /// Read and write; nothing written there can be executed.
    case readWrite
    case readWriteExecute
    /// A device node.
    case device
  }

  package var source: String
  package var destination: String
  package var access: Access
  /// The directory that was checked: mounting fails when the path leads to another one by then.
  var identity: FileIdentity?

  package init(_ source: String, at destination: String? = nil, access: Access = .readOnly) {
    self.source = source
    self.destination = destination ?? source
    self.access = access
  }
}

package enum NetworkAccess: Sendable, Equatable {
  /// No sockets at all but the inherited ones and `socketpair`.
  case none
  /// The host's network, TCP only, limited to these ports. The kernel checks the port, not the address.
  case loopback(connect: [UInt16], bind: [UInt16])
  /// The host's network, without listening.
  case outbound
}

/// Limits of one sandbox. Without a cgroup memory and CPU time count for each process, with one for the whole tree too.
package struct SandboxLimits: Sendable, Equatable {
  /// Private writable memory of each process, in bytes.
  package var memoryBytes: UInt64 = 256 << 20
  package var cpuSeconds: UInt64?
  /// Processor time in percent of one processor; holds only with a cgroup.
  package var cpuPercent: UInt64?
  /// Processes and threads at once, in the whole sandbox.
  package var processes: UInt64 = 64
  package var openFiles: UInt64 = 256
  /// The largest file it may write.
  package var fileBytes: UInt64 = 16 << 30
  /// Size of its own `/tmp`.
  package var temporaryBytes: UInt64 = 64 << 20

  package init() {}
}
