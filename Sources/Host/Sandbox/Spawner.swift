import CLinux
import Glibc
import Synchronization

/// Starts sandboxed processes, all from one thread that never ends.
package final class Spawner: Sendable {
  /// Processes that may wait to be started.
  static let queueLimit = 256
  /// How long building one sandbox may take.
  static let startTimeout = Duration.seconds(10)

  /// What this machine allows.
  package let report: SandboxReport
  private let launcher: Launcher
  private let means: SandboxMeans

  /// Starts the spawner's threads and probes the machine with real processes.
  ///
  /// - Parameters:
  ///   - initProgram: the sandbox's first process; by default `hivecore-sandbox-init` beside this program or in `libexec/hivecore`.
  ///   - runLock: a file on which each sandbox holds a shared lock as long as anything lives in it.
  ///   - cgroup: where sandboxes get cgroups of their own.
  package static func start(
    initProgram: String? = nil, runLock: String? = nil, cgroup: CgroupTree.Choice = .none
  ) async throws(SpawnError) -> Spawner {
    guard let program = initProgram ?? InitProgram.locate() else {
      throw .invalid("hivecore-sandbox-init is not installed beside this program")
    }
    let cgroups = Result { () throws(CgroupTree.Absence) in try CgroupTree(cgroup) }
    let launcher = try Launcher(initProgram: program, runLock: runLock, cgroups: try? cgroups.get())
    let report = await SandboxProbe(launcher: launcher, cgroups: cgroups).run()
    return Spawner(launcher: launcher, report: report, means: SandboxMeans(report))
  }

  init(launcher: Launcher, report: SandboxReport, means: SandboxMeans) {
    self.launcher = launcher
    self.report = report
    self.means = means
  }

  /// The same threads with fewer walls, for showing what each of them does.
  package func limited(to means: SandboxMeans) -> Spawner {
    Spawner(launcher: launcher, report: report, means: means)
  }

  /// Starts a process and waits until its program has been executed.
  ///
  /// - Throws: ``SpawnError/missingLayer(_:detail:)`` when the machine cannot give what the profile requires; the process is not started then.
  package func spawn(_ request: SpawnRequest) async throws(SpawnError) -> ChildProcess {
    if let missing = report.missing(for: request.profile.require) {
      throw .missingLayer(missing.layer, detail: missing.detail)
    }
    return try await launcher.launch(request, means: means)
  }
}

extension SandboxMeans {
  /// Everything the machine allows.
  package init(_ report: SandboxReport) {
    self.init(
      namespaces: report.engages(.namespaces), networkNamespace: report.engages(.networkNamespace),
      privateRoot: report.engages(.privateRoot), landlockVersion: report.engages(.landlock) ? report.landlockVersion : 0,
      seccomp: report.engages(.seccomp), changesUser: SandboxUser.canBeAssumed,
      clonesMounts: Self.canCloneMounts, cgroup: report.engages(.cgroup))
  }

  /// Root without the right to mount, as in some containers, takes the way of an ordinary user.
  static var canCloneMounts: Bool {
    guard SandboxUser.canBeAssumed else { return false }
    let fd = unsafe hive_clone_mount("/dev/null", 1, 1)
    if fd >= 0 { close(fd) }
    return fd >= 0
  }
}
