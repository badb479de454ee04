import FoundationEssentials
package import Sandbox

/// Starts plugins in the sandbox their manifest asks for.
package struct SandboxedSpawner: PluginSpawning {
  private let spawner: Spawner
  private let users = SandboxUsers()

  package init(_ spawner: Spawner) { self.spawner = spawner }

  package func spawn(_ launch: PluginLaunch) async throws(LaunchError) -> any PluginProcess {
    let request = try request(for: launch)
    do {
      return SandboxedProcess(
        child: try await spawner.spawn(request), tier: spawner.report.tier, memoryLimit: request.profile.limits.memoryBytes)
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
    sandbox.arguments = launch.arguments
    sandbox.user = users.user(of: manifest.id)
    sandbox.read = try expand(manifest.sandbox.read, launch)
    sandbox.write = try expand(manifest.sandbox.write, launch)
    for path in sandbox.write { try make(path) }
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
    sandbox.limits.cpuPercent = UInt64(manifest.limits.cpuPercent)
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

  /// Makes a folder that the plugin may write; the spawner gives it to the plugin's user.
  private func make(_ path: String) throws(LaunchError) {
    let files = FileManager.default
    guard !files.fileExists(atPath: path) else { return }
    do {
      try files.createDirectory(atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw LaunchError("folder \(path) cannot be made: \(error)", isPermanent: false)
    }
  }
}

private struct SandboxedProcess: PluginProcess {
  let child: ChildProcess
  let tier: SandboxTier
  let memoryLimit: UInt64

  var ranOutOfMemory: Bool { child.ranOutOfMemory(limit: memoryLimit) }
  var pid: Int32 { child.programPID ?? child.pid }
  var confinement: Confinement { Confinement(tier: tier.rawValue, layers: child.layers.map(\.rawValue)) }
  func takeSocket() -> CInt { child.socket?.release() ?? -1 }
  func takeOutput() -> CInt { child.output.release() }
  func takeErrors() -> CInt { child.errors.release() }
  func wait() async -> TerminationStatus { await child.wait() }
  func terminate() { child.terminate() }
  func kill() { child.kill() }
}
