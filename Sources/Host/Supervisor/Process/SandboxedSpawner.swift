import FoundationEssentials
package import Sandbox

/// Starts plugins in the sandbox their manifest asks for.
package struct SandboxedSpawner: PluginSpawning {
  private let spawner: Spawner
  private let isRoot: Bool

  /// - Parameter isRoot: whether this host runs as root, so that each plugin gets a user of its own.
  package init(_ spawner: Spawner, isRoot: Bool) {
    self.spawner = spawner
    self.isRoot = isRoot
  }

  package func spawn(_ launch: PluginLaunch) async throws(LaunchError) -> any PluginProcess {
    let request = try request(for: launch)
    do {
      return SandboxedProcess(child: try await spawner.spawn(request), tier: spawner.report.tier)
    } catch {
      let isPermanent =
        switch error {
        case .missingLayer, .invalid: true
        case .neverStarted, .tooSlow, .busy: false
        }
      throw LaunchError(error.description, isPermanent: isPermanent)
    }
  }

  private func request(for launch: PluginLaunch) throws(LaunchError) -> SpawnRequest {
    let manifest = launch.manifest
    var sandbox = PluginSandbox(id: manifest.id, executable: launch.executable)
    sandbox.read = try expand(manifest.sandbox.read, launch)
    sandbox.write = try expand(manifest.sandbox.write, launch)
    for path in sandbox.write { try make(path, owner: SandboxUser.named(manifest.id).id) }
    sandbox.network =
      switch manifest.sandbox.network {
      case .none: .none
      case .loopback: .loopback(connect: manifest.sandbox.ports, bind: [])
      case .outbound: .outbound
      }
    sandbox.require =
      switch manifest.sandbox.require {
      case .full: .full
      case .landlock: .landlock
      case .none: .none
      }
    sandbox.limits.memoryBytes = UInt64(manifest.limits.memoryByteCount)
    sandbox.limits.processes = UInt64(manifest.limits.processCount)
    sandbox.limits.openFiles = UInt64(manifest.limits.fileCount)
    do {
      return try sandbox.spawnRequest()
    } catch {
      throw LaunchError(error.description, isPermanent: true)
    }
  }

  private func expand(_ paths: [String], _ launch: PluginLaunch) throws(LaunchError) -> [String] {
    var expanded: [String] = []
    for path in paths {
      guard let full = launch.variables.expand(path) else { throw LaunchError("\(path) has no value on this host", isPermanent: true) }
      expanded.append(full)
    }
    return expanded
  }

  /// Makes a folder that the plugin may write, its own where each plugin has a user.
  private func make(_ path: String, owner: UInt32) throws(LaunchError) {
    let files = FileManager.default
    guard !files.fileExists(atPath: path) else { return }
    var attributes: [FileAttributeKey: any Sendable] = [.posixPermissions: 0o700]
    if isRoot { attributes[.ownerAccountID] = Int(owner) }
    do {
      try files.createDirectory(atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
      try files.setAttributes(attributes, ofItemAtPath: path)
    } catch {
      throw LaunchError("folder \(path) cannot be made: \(error)", isPermanent: false)
    }
  }
}

private struct SandboxedProcess: PluginProcess {
  let child: ChildProcess
  let tier: SandboxTier

  var pid: Int32 { child.programPID ?? child.pid }
  var confinement: Confinement { Confinement(tier: tier.rawValue, layers: child.layers.map(\.rawValue)) }
  func takeSocket() -> CInt { child.socket?.release() ?? -1 }
  func takeOutput() -> CInt { child.output.release() }
  func takeErrors() -> CInt { child.errors.release() }
  func wait() async -> TerminationStatus { await child.wait() }
  func terminate() { child.terminate() }
  func kill() { child.kill() }
}
