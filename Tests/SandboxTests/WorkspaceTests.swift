import Foundation
import Testing

@testable import Sandbox

@Suite struct WorkspaceTests {
  @Test(arguments: ["../outside", "/etc", "missing", "one/../../outside", "out", "file"])
  func `a workspace outside its root is refused`(workspace: String) async throws {
    let root = try WorkspaceRoot()
    let files = FileManager.default
    try files.createDirectory(atPath: "\(root.path)/inner/one", withIntermediateDirectories: true)
    try files.createDirectory(atPath: "\(root.path)/outside", withIntermediateDirectories: true)
    try files.createSymbolicLink(atPath: "\(root.path)/inner/out", withDestinationPath: "/etc")
    try Data().write(to: URL(filePath: "\(root.path)/inner/file"))
    let runner = WorkspaceRunner(spawner: try await Workshop.shared.spawner())
    do throws(WorkspaceCommandError) {
      _ = try await runner.run(WorkspaceCommand(argv: ["true"], workspace: workspace), in: "\(root.path)/inner")
      Issue.record("it ran")
    } catch {
      #expect(error.code == "invalid_workspace")
    }
  }

  @Test func `a folder swapped after the check is not mounted`() async throws {
    let root = try WorkspaceRoot()
    var mount = BindMount("\(root.path)/one", at: "/workspace", access: .readWriteExecute)
    mount.identity = FileIdentity(Descriptor(unsafe open("/etc", O_RDONLY)))
    await #expect(throws: SpawnError.self) { try await start("true") { $0.mounts.append(mount) } }
  }

  @Test func `files stay with the workspace and are the owner's`() async throws {
    let root = try WorkspaceRoot()
    let runner = WorkspaceRunner(spawner: try await Workshop.shared.spawner())
    var command = WorkspaceCommand(argv: ["sh", "-c", "pwd; mkdir -p sub && echo made > sub/file"], workspace: "one")
    #expect(try await runner.run(command, in: root.path).output == "/workspace\n")
    command.argv = ["cat", "file"]
    command.workingDirectory = "sub"
    let result = try await runner.run(command, in: root.path)
    #expect(result.output == "made\n")
    #expect(Set(result.layers).isSuperset(of: [.namespaces, .networkNamespace, .privateRoot, .landlock, .seccomp]))
    #expect(try String(contentsOfFile: "\(root.path)/one/sub/file", encoding: .utf8) == "made\n")
  }

  @Test(arguments: [(["no-such-program"], "invalid_command"), ([], "invalid_command"), (["a\0b"], "invalid_command")])
  func `a command that cannot run says why`(argv: [String], code: String) async throws {
    do {
      _ = try await command(argv)
      Issue.record("it ran")
    } catch let error as WorkspaceCommandError {
      #expect(error.code == code && !error.description.isEmpty)
    }
  }

  @Test func `without walls nothing is run`() async throws {
    let real = try await Workshop.shared.spawner()
    let poor = SandboxReport(layers: real.report.layers.filter { $0.layer != .seccomp }, landlockVersion: real.report.landlockVersion)
    #expect(poor.tier == .none && poor.missing(for: .full)?.layer == .seccomp)
    let root = try WorkspaceRoot()
    let spawner = Spawner(launcher: try Launcher(initProgram: "/bin/true"), report: poor, means: SandboxMeans(poor))
    do throws(WorkspaceCommandError) {
      _ = try await WorkspaceRunner(spawner: spawner).run(WorkspaceCommand(argv: ["true"], workspace: "one"), in: root.path)
      Issue.record("it ran")
    } catch {
      #expect(error.code == "sandbox_unavailable" && error.description.contains("seccomp"))
    }
  }
}
