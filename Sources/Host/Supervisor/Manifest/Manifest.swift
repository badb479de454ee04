package import JSONRPC
package import PluginProtocol
package import Router

/// What an operator says of one plugin: a file `plugins.d/NN-name.toml`.
package struct Manifest: Sendable, Equatable {
  /// The plugin's name everywhere: in messages, paths and addresses.
  package var id: String
  package let version: String
  package let protocolRange: ProtocolRange
  /// Absolute, or looked up beside the program.
  package var exec: String
  /// Hexadecimal digest the executable must have.
  package let sha256: String?
  package var enabled: Bool
  /// The capabilities it may serve.
  package let provides: [String]
  /// The capabilities it may call.
  package let requires: [String]
  package let grants: Set<Grant>
  /// Collections of others that it may use.
  package let collections: CollectionGrant
  package var replicas: Int
  /// Requests at once; 1 = a simple blocking plugin.
  package let concurrency: Int
  /// Handed to the plugin as it is.
  package var config: JSONObject
  package var secrets: [String: SecretReference]
  package let restart: RestartPolicy
  package let limits: PluginLimits
  package var sandbox: SandboxPolicy
  package let health: HealthPolicy
  /// What goes wrong on purpose; for development only.
  package let faults: FaultPlan?

  /// Whether it provides something of which there is one at a time.
  package var isExclusive: Bool { provides.contains(where: ManifestVerifier.exclusive.contains) }
}

/// `[limits]`.
package struct PluginLimits: Sendable, Equatable {
  package var memoryByteCount: Int
  /// Of one processor.
  package var cpuPercent: Int
  package var processCount: Int
  package var fileCount: Int
  /// Requests that may wait.
  package var queueLength: Int
  /// Of one message, in either direction.
  package var frameByteCount: Int
}

/// `[sandbox]`; paths still hold their variables.
package struct SandboxPolicy: Sendable, Equatable {
  package enum Requirement: String, Sendable, CaseIterable {
    case full, landlock, none
  }

  package enum Network: String, Sendable, CaseIterable {
    case none, loopback, outbound
  }

  /// Refuse to start below this.
  package var require: Requirement
  package var network: Network
  /// The TCP ports `network = "loopback"` may connect to.
  package var ports: [UInt16]
  package var read: [String]
  package var write: [String]
}

/// `[health]`.
package struct HealthPolicy: Sendable, Equatable {
  /// How long a start may take.
  package var ready: Duration
  /// Between two pings.
  package var ping: Duration
  /// Unanswered pings in a row that mean it hangs.
  package var misses: Int
  /// How long finishing the running requests may take.
  package var drain: Duration
}

/// `[restart]`.
package struct RestartPolicy: Sendable, Equatable {
  package var backoff: ClosedRange<Duration>
  /// More restarts than this in one `period` mean quarantine.
  package var intensity: Int
  package var period: Duration
  /// Between two trials of a quarantined plugin.
  package var probe: Duration
  /// Ready this long wipes the slate.
  package var healthy: Duration

  package init(
    backoff: ClosedRange<Duration> = .milliseconds(100) ... .seconds(30), intensity: Int = 5, period: Duration = .seconds(60),
    probe: Duration = .seconds(300), healthy: Duration = .seconds(60)
  ) {
    self.backoff = backoff
    self.intensity = intensity
    self.period = period
    self.probe = probe
    self.healthy = healthy
  }
}
