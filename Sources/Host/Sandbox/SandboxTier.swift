/// How much of the sandbox this machine allows.
package enum SandboxTier: String, Sendable, Comparable, CaseIterable {
  case none, landlock, full

  package static func < (left: Self, right: Self) -> Bool {
    left.rank < right.rank
  }

  private var rank: Int {
    switch self {
    case .none: 0
    case .landlock: 1
    case .full: 2
    }
  }
}

/// One wall of the sandbox.
package enum SandboxLayer: String, Sendable, CaseIterable {
  /// User, mount, pid, ipc, uts and cgroup namespaces.
  case namespaces
  /// A network of its own, for what has no network.
  case networkNamespace = "network_namespace"
  case privateRoot = "private_root"
  case proc
  case capabilities
  case noNewPrivileges = "no_new_privs"
  case landlock
  case landlockTCP = "landlock_tcp"
  case landlockScope = "landlock_scope"
  case seccomp
  case limits
  case cgroup
}

/// What the probe found about one layer.
package struct LayerReport: Sendable, Equatable {
  package var layer: SandboxLayer
  package var engaged: Bool
  /// Why not, or which version.
  package var detail: String
}

/// What this machine allows, found out with real processes.
package struct SandboxReport: Sendable, Equatable {
  package var layers: [LayerReport]
  package var landlockVersion: Int

  package func engages(_ layer: SandboxLayer) -> Bool {
    layers.contains { $0.layer == layer && $0.engaged }
  }

  package var tier: SandboxTier {
    guard missing(for: .landlock) == nil else { return .none }
    return missing(for: .full) == nil ? .full : .landlock
  }

  /// The first layer that `tier` needs and this machine does not have.
  package func missing(for tier: SandboxTier) -> LayerReport? {
    let needed: [SandboxLayer] =
      switch tier {
      case .none: []
      case .landlock: [.noNewPrivileges, .landlock, .seccomp]
      case .full: [.namespaces, .networkNamespace, .privateRoot, .proc, .capabilities, .noNewPrivileges, .landlock, .seccomp]
      }
    return needed.lazy.compactMap { layer in
      guard !engages(layer) else { return nil }
      return layers.first { $0.layer == layer } ?? LayerReport(layer: layer, engaged: false, detail: "not probed")
    }.first
  }
}
