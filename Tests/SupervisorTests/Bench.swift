import Foundation
import JSONRPC
import Logging
import NIOCore
import NIOPosix
import Router
import Supervisor
import TestSupport
import Testing

/// A host's supervisor and router with plugins written for one test.
final class Bench: Sendable {
  let router: MessageRouter
  let supervisor: PluginSupervisor
  let folder: URL

  private init(folder: URL, hooks: PluginHooks, spawner: any PluginSpawning) {
    self.folder = folder
    let loops = MultiThreadedEventLoopGroup.singleton
    router = MessageRouter(eventLoop: loops.next(), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    let path = folder.path
    supervisor = PluginSupervisor(
      PluginEnvironment(
        router: router, spawner: spawner,
        verifier: ManifestVerifier(locator: ExecutableLocator(directories: [path])) { _ in "0" },
        secrets: SecretResolver(environment: ["KEY": "secret"], credentialsDirectory: nil) { _ in nil },
        variables: { PathVariables(["STATE": path + "/state/" + $0, "WORKSPACES": path + "/workspaces"]) }, hooks: hooks,
        outputLoop: loops.next(), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }))
  }

  /// Runs a test's body beside the supervisor, and stops every plugin after it.
  static func run(
    hooks: PluginHooks = PluginHooks(), spawner: any PluginSpawning = DirectSpawner(), _ body: (Bench) async throws -> Void
  ) async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let bench = Bench(folder: folder, hooks: hooks, spawner: spawner)
    try await withThrowingTaskGroup { group in
      group.addTask { await bench.supervisor.run() }
      let result: Result<Void, any Error>
      do { result = .success(try await body(bench)) } catch { result = .failure(error) }
      await bench.supervisor.stop()
      try await group.waitForAll()
      try result.get()
    }
  }

  /// A manifest for the Python plugin in one of its modes.
  func entry(_ id: String, mode: String = "good", _ more: String = "") throws -> ManifestDirectory.Entry {
    let script = folder.appendingPathComponent(id)
    let python = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../Fixtures/plugin.py")
      .standardizedFileURL.path
    try ProgramFile.write("#!/bin/sh\nPATH=/usr/bin:$PATH exec python3 '\(python)' \(mode) '\(folder.path)/\(id).state'\n", to: script)
    let text = """
      id = "\(id)"
      version = "1.0.0"
      exec = "\(id)"
      provides = ["test"]
      \(more)
      \(more.contains("[health]") ? "" : "[health]\nready = \"60s\"")
      """
    return ManifestDirectory.Entry(file: "\(id).toml", manifest: try Manifest(text, file: "\(id).toml"))
  }

  /// The Python plugin as a provider of `storage`, of which there is one at a time.
  func exclusive(_ id: String) throws -> ManifestDirectory.Entry {
    let entry = try entry(id, mode: "good storage")
    let text = "id = \"\(id)\"\nversion = \"1\"\nexec = \"\(id)\"\nprovides = [\"storage\"]\n[health]\nready = \"60s\"\n"
    return ManifestDirectory.Entry(file: entry.file, manifest: try Manifest(text, file: entry.file))
  }

  func start(_ entries: ManifestDirectory.Entry...) async { await supervisor.start(entries) }

  func status(_ id: String) async throws -> PluginStatus { try #require(await supervisor.status().first { $0.id == id }) }

  /// Waits until a plugin's status is as wanted.
  @discardableResult
  func wait(_ id: String, within limit: Duration = .seconds(50), until wanted: (PluginStatus) -> Bool) async throws -> PluginStatus {
    let deadline = ContinuousClock.now + limit
    while true {
      let status = try await status(id)
      if wanted(status) { return status }
      try #require(ContinuousClock.now < deadline, "still \(status.state), \(status.problem ?? "no problem")")
      try await Task.sleep(for: .milliseconds(5))
    }
  }

  func call(_ method: String, _ params: JSON = [:], _ meta: CallMeta? = nil) async throws(RPCError) -> JSON {
    let bytes = try await router.call(method, ByteBuffer(bytes: params.bytes), meta ?? .host("test", timeout: .seconds(50)))
    do {
      return try JSON(parsing: Array(bytes.readableBytesView))
    } catch {
      throw RPCError(.internal, "\(error)")
    }
  }
}
