import CLinux
import Glibc

/// Runs commands of workspaces, several at once, each in a sandbox of its own.
package final class WorkspaceRunner: Sendable {
  private let spawner: Spawner
  private let slots: Slots

  /// - Parameters:
  ///   - concurrency: commands that run at once.
  ///   - queue: commands that may wait beyond that.
  package init(spawner: Spawner, concurrency: Int = 8, queue: Int = 64) {
    self.spawner = spawner
    slots = Slots(count: concurrency, queue: queue)
  }

  /// - Parameter root: the directory that holds the caller's workspaces.
  package func run(_ command: WorkspaceCommand, in root: String) async throws(WorkspaceCommandError) -> WorkspaceCommandResult {
    guard await slots.enter() else { throw .busy }
    defer { slots.leave() }
    let child: ChildProcess
    let started = ContinuousClock.now
    do throws(SpawnError) {
      child = try await spawner.spawn(try request(for: command, in: root))
    } catch {
      throw WorkspaceCommandError(error)
    }
    let capture = await withTaskCancellationHandler {
      await CommandCapture.run(child, input: Array(command.input.utf8), outputLimit: command.limits.outputBytes, timeout: command.timeout)
    } onCancel: {
      child.kill()
    }
    let status = await child.wait()
    return WorkspaceCommandResult(
      status: status, timedOut: capture.timedOut, outputTruncated: capture.output.truncated || capture.errors.truncated,
      duration: ContinuousClock.now - started, output: capture.output.text, errors: capture.errors.text, layers: child.layers)
  }

  private func request(for command: WorkspaceCommand, in root: String) throws(SpawnError) -> SpawnRequest {
    guard let name = command.argv.first, !name.isEmpty else { throw .invalid("argv is empty") }
    let directory = try Self.open(command.workspace, in: root)
    let profile = SandboxProfile.workspace(command, directory: directory)
    return SpawnRequest(Self.programPath(name, profile: profile), argv: command.argv, profile: profile, hasInput: !command.input.isEmpty)
  }

  /// The workspace as a mount of exactly the directory that was checked.
  private static func open(_ workspace: String, in root: String) throws(SpawnError) -> BindMount {
    let fd = unsafe hive_open_beneath(root, workspace)
    guard fd >= 0 else { throw .neverStarted(stage: "workspace", subject: workspace, errno: -fd) }
    let directory = Descriptor(fd)
    guard let path = resolvedPath("/proc/self/fd/\(fd)"), let identity = FileIdentity(directory) else {
      throw .neverStarted(stage: "workspace", subject: workspace, errno: ENOENT)
    }
    var mount = BindMount(path, at: SandboxProfile.workspacePath, access: .readWriteExecute)
    mount.identity = identity
    return mount
  }

  /// Where the program lies inside. A bare name is looked up in the folders of the system, which are the same inside and outside.
  private static func programPath(_ name: String, profile: SandboxProfile) -> String {
    if name.hasPrefix("/") { return name }
    if name.contains("/") { return "\(profile.workingDirectory)/\(name)" }
    let candidates: [String] = SandboxProfile.searchPath.split(separator: ":").map { "\($0)/\(name)" }
    return candidates.first { unsafe access($0, X_OK) == 0 } ?? "/usr/bin/\(name)"
  }
}

extension WorkspaceCommandError {
  init(_ error: SpawnError) {
    self =
      switch error {
      case .neverStarted(let stage, let subject, let code) where stage == "workspace":
        .invalidWorkspace("the workspace \"\(subject)\" cannot be used: \(errnoText(code))")
      case .neverStarted(let stage, let subject, let code) where stage == "exec" || stage == "chdir":
        .invalid("\(stage == "exec" ? "cannot execute" : "cannot enter") \(subject): \(errnoText(code))")
      case .invalid(let reason): .invalid(reason)
      case .busy: .busy
      case .missingLayer, .neverStarted, .tooSlow: .sandboxUnavailable("\(error)")
      }
  }
}
