/// What a plugin's manifest asks of the sandbox.
package struct PluginSandbox: Sendable, Equatable {
  package var id: String
  /// Who it is when the host runs as root; nil = by its id.
  package var user: SandboxUser?
  /// Absolute path of the executable or script.
  package var executable: String
  package var arguments: [String] = []
  /// Paths of the host to show read-only, where they are.
  package var read: [String] = []
  /// Folders of the host to show writable, where they are; `$STATE` and the like already replaced. The first is the plugin's home.
  package var write: [String] = []
  package var network: NetworkAccess = .none
  package var limits = SandboxLimits()
  package var require = SandboxTier.full
  /// Added to the few variables every plugin gets.
  package var environment: [String: String] = [:]

  package init(id: String, executable: String) {
    self.id = id
    self.executable = executable
  }

  /// The request that starts the plugin, with the protocol socket as descriptor 3.
  ///
  /// - Throws: ``SpawnError/invalid(_:)`` when the executable is missing or is not a program.
  package func spawnRequest() throws(SpawnError) -> SpawnRequest {
    let footprint = try ProgramFootprint(of: executable)
    return SpawnRequest(
      footprint.executable, argv: footprint.argv + arguments, profile: profile(footprint), hasSocket: true)
  }

  private func profile(_ footprint: ProgramFootprint) -> SandboxProfile {
    var profile = SandboxProfile()
    profile.network = network
    profile.limits = limits
    profile.require = require
    profile.user = user ?? .named(id)
    profile.show(["/lib", "/lib64", "/lib32", "/usr/lib", "/usr/lib64", "/usr/lib32"])
    profile.show(["/etc/ld.so.cache", "/etc/localtime", "/usr/share/zoneinfo"])
    profile.addNames()
    profile.addNetworkFiles()
    profile.showContents(footprint.paths.filter { path in !ProgramFootprint.systemFolders.contains(where: path.hasPrefix) })
    profile.showContents(read)
    profile.mounts += write.map { BindMount($0, access: .readWrite) }
    profile.environment = [
      "PATH": SandboxProfile.searchPath, "HOME": write.first ?? "/tmp", "TMPDIR": "/tmp", "LANG": "C.UTF-8",
      // Swift's crash backtracer starts a program that is not there; a crash would hang.
      "SWIFT_BACKTRACE": "enable=no",
    ]
    profile.environment.merge(environment) { _, given in given }
    profile.workingDirectory = write.first ?? "/"
    return profile
  }
}
