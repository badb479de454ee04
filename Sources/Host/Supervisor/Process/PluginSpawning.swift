import Glibc
package import Sandbox

/// Everything a start of a plugin's process needs.
package struct PluginLaunch: Sendable {
  package let manifest: Manifest
  /// Absolute path.
  package let executable: String
  package let variables: PathVariables
  /// Beside its name; no manifest has any.
  package let arguments: [String]

  package init(manifest: Manifest, executable: String, variables: PathVariables, arguments: [String] = []) {
    self.manifest = manifest
    self.executable = executable
    self.variables = variables
    self.arguments = arguments
  }
}

/// Starts plugins as processes. The real one is ``SandboxedSpawner``.
package protocol PluginSpawning: Sendable {
  func spawn(_ launch: PluginLaunch) async throws(LaunchError) -> any PluginProcess
}

/// A plugin's process and all it starts.
package protocol PluginProcess: Sendable {
  /// The pid, on the host, of the program itself.
  var pid: Int32 { get }
  var confinement: Confinement { get }
  /// Our ends; each may be taken once and belongs to whoever took it.
  func takeSocket() -> CInt
  func takeOutput() -> CInt
  func takeErrors() -> CInt
  /// Waits for the end of the whole tree.
  func wait() async -> TerminationStatus
  func terminate()
  /// Kills the whole tree.
  func kill()
  /// Stops the program where it stands: only an injected fault asks for it.
  func suspend()
  /// The pid of the debugger that has hold of it; nil without one.
  var tracer: Int32? { get }
  /// Once it has ended: whether its memory limit was why.
  var ranOutOfMemory: Bool { get }
  /// What it and its children use now; nil when that cannot be seen.
  var resources: ProcessResources? { get }
}

extension PluginProcess {
  package func suspend() { _ = Glibc.kill(pid, SIGSTOP) }
  package var tracer: Int32? { ProcessTracer.pid(of: pid) }
  /// Only a sandbox tells.
  package var ranOutOfMemory: Bool { false }
  package var resources: ProcessResources? { ProcessResources.read(pid: pid) }
}

/// The walls around a process.
package struct Confinement: Sendable, Equatable {
  package let tier: String
  package let layers: [String]

  package init(tier: String, layers: [String]) {
    self.tier = tier
    self.layers = layers
  }
}

/// Why there is no process.
package struct LaunchError: Error, Sendable, Equatable {
  package let message: String
  /// Only a change of configuration can help.
  package let isPermanent: Bool

  package init(_ message: String, isPermanent: Bool) {
    self.message = message
    self.isPermanent = isPermanent
  }
}
