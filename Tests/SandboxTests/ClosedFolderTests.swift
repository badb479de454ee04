import Foundation
import Testing

@testable import Sandbox

/// A host that is root, whose programs and data lie below a folder that nobody else may enter.
@Suite(.enabled(if: SandboxUser.canBeAssumed, "needs root")) struct ClosedFolderTests {
  /// A closed folder with the sandbox's first process, a program and a state folder.
  private final class ClosedFolder: Sendable {
    let path: String

    init(owner: UInt32) throws {
      path = "/tmp/hivecore-closed-\(UUID().uuidString)"
      let files = FileManager.default
      try files.createDirectory(atPath: "\(path)/state", withIntermediateDirectories: true)
      let initProgram = try #require(InitProgram.locate())
      try files.copyItem(atPath: initProgram, toPath: "\(path)/\(InitProgram.name)")
      try files.copyItem(atPath: "/bin/cat", toPath: "\(path)/program")
      try "read me".write(toFile: "\(path)/text", atomically: true, encoding: .utf8)
      try files.setAttributes([.posixPermissions: 0o700, .ownerAccountID: owner, .groupOwnerAccountID: owner], ofItemAtPath: path)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
  }

  @Test(arguments: [UInt32(0), 4321]) func `every layer is found and a plugin runs`(owner: UInt32) async throws {
    let folder = try ClosedFolder(owner: owner)
    let spawner = try await Spawner.start(initProgram: "\(folder.path)/\(InitProgram.name)")
    #expect(spawner.report.tier == .full, "\(spawner.report.layers.filter { !$0.engaged })")
    var plugin = PluginSandbox(id: "closed", executable: "\(folder.path)/program")
    plugin.arguments = ["\(folder.path)/text", "/proc/self/status"]
    plugin.read = ["\(folder.path)/text"]
    plugin.write = ["\(folder.path)/state"]
    let child = try await spawner.spawn(try plugin.spawnRequest())
    let said = await output(of: child)
    #expect(said.hasPrefix("read me") && said.contains("NoNewPrivs:\t1"))
    #expect(await child.wait() == .code(0))
    #expect(Set(child.layers).isSuperset(of: [.namespaces, .privateRoot, .landlock, .seccomp, .capabilities]))
  }

  @Test func `without namespaces the program is executed by its descriptor`() async throws {
    let folder = try ClosedFolder(owner: 4321)
    let spawner = try await Spawner.start(initProgram: "\(folder.path)/\(InitProgram.name)")
    var means = SandboxMeans(spawner.report)
    (means.namespaces, means.networkNamespace, means.privateRoot) = (false, false, false)
    var plugin = PluginSandbox(id: "closed", executable: "\(folder.path)/program")
    plugin.arguments = ["/proc/self/status"]
    plugin.require = .landlock
    let child = try await spawner.limited(to: means).spawn(try plugin.spawnRequest())
    #expect(await output(of: child).contains("Uid:\t\(SandboxUser.named("closed").id)\t"))
    #expect(await child.wait() == .code(0))
  }

  @Test func `the first process stays the one the host started with`() async throws {
    let folder = try ClosedFolder(owner: 0)
    let spawner = try await Spawner.start(initProgram: "\(folder.path)/\(InitProgram.name)")
    try FileManager.default.removeItem(atPath: "\(folder.path)/\(InitProgram.name)")
    try "#!/bin/false\n".write(toFile: "\(folder.path)/\(InitProgram.name)", atomically: true, encoding: .utf8)
    let child = try await spawner.spawn(try PluginSandbox(id: "closed", executable: "/bin/true").spawnRequest())
    #expect(await child.wait() == .code(0))
  }
}
