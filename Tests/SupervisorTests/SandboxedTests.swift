import Foundation
import Glibc
import JSONRPC
import Router
import Sandbox
import Testing

@testable import Supervisor

/// The same, within the sandbox this machine allows.
@Suite(.timeLimit(.minutes(2)))
struct SandboxedTests {
  fileprivate static let walls = "[sandbox]\nrequire = \"none\"\nwrite = [\"$STATE\"]\nread = [\"\(fixtures)\", \"\(python)\"]"
  private static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../Fixtures")
    .standardizedFileURL.path
  private static let python = "/usr/bin"

  @Test func `a plugin runs within its walls, dies and comes back`() async throws {
    let spawner = SandboxedSpawner(try await Spawner.start())
    try await Bench.run(spawner: spawner) { bench in
      await bench.start(try bench.entry("walled", Self.walls))
      let before = try await bench.status("walled")
      try #require(before.state == .ready, "\(before.problem ?? ""): \(before.lines)")
      #expect(before.confinement?.layers.isEmpty == false)
      let pid = try #require(before.pid)
      kill(pid, SIGKILL)
      let after = try await bench.wait("walled") { $0.state == .ready && $0.restarts == 1 }
      #expect(after.lastExit?.summary == "signal 9")
      #expect(try await bench.call("test.echo", ["x": 1])["params"] == ["x": 1])
      #expect(FileManager.default.fileExists(atPath: bench.folder.path + "/state/walled"))
    }
  }

  @Test func `a call made right after a kill is answered by the next incarnation`() async throws {
    let program = try #require(Bundle.main.executableURL).deletingLastPathComponent().appendingPathComponent("EchoPlugin").path
    let text = "id = \"echo\"\nversion = \"1\"\nexec = \"\(program)\"\nprovides = [\"echo\"]\n[sandbox]\nrequire = \"none\""
    let entry = ManifestDirectory.Entry(file: "echo.toml", manifest: try Manifest(text, file: "echo.toml"))
    let spawner = SandboxedSpawner(try await Spawner.start())
    try await Bench.run(spawner: spawner) { bench in
      await bench.start(entry)
      let pid = try #require(await bench.status("echo").pid)
      kill(pid, SIGKILL)
      while try await bench.status("echo").restarts == 0 { #expect(try await bench.call("echo.say", ["x": 2]) == ["x": 2]) }
      #expect(try await bench.call("echo.say", ["x": 3]) == ["x": 3])
    }
  }
}

extension SandboxedTests {
  @Test func `whatever lives in a sandbox keeps the next host away, and only as long as it lives`() async throws {
    let run = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString.prefix(8).lowercased()).path
    defer { try? FileManager.default.removeItem(atPath: run) }
    var host: RunLock? = try await RunLock.take(run, pid: 1 << 22)
    let spawner = SandboxedSpawner(try await Spawner.start(runLock: RunLock.processes(in: run)))
    try await Bench.run(spawner: spawner) { bench in
      await bench.start(try bench.entry("walled", Self.walls))
      try #require(try await bench.status("walled").state == .ready)
      // As if the host had been killed: its own lock is gone, its plugin is not yet.
      withExtendedLifetime(host) {}
      host = nil
      let refusal = await #expect(throws: RunLock.Refusal.self) {
        try await RunLock.take(run, pid: getpid(), patience: .milliseconds(100))
      }
      #expect(refusal?.description == "processes of an earlier hivecore still hold \(run)/plugins.lock")
      async let next = RunLock.take(run, pid: getpid(), patience: .seconds(30))
      await bench.supervisor.stop()
      _ = try await next
    }
  }
}
