import Foundation
import Glibc
import JSONRPC
import Sandbox
import TestSupport
import Testing

@testable import Supervisor

/// Real processes, good and bad.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct PluginTests {
  @Test func `a good plugin becomes ready, answers, and stops`() async throws {
    try await Bench.run { bench in
      await bench.start(try bench.entry("good"))
      let status = try await bench.status("good")
      #expect(status.state == .ready && status.restarts == 0 && status.problem == nil)
      #expect((status.memory?.residentByteCount ?? 0) > 1 << 20)
      let answer = try await bench.call("test.echo", ["x": 1])
      #expect(answer["params"] == ["x": 1])
      #expect(answer["pid"].int == status.pid.map(Int64.init))
      await bench.supervisor.stop()
      #expect(await bench.supervisor.status().isEmpty)
      #expect(kill(status.pid ?? 1, 0) == -1)
    }
  }

  @Test(arguments: [
    ("garbage", "broke the protocol: malformed JSON: unexpected character at byte 1"),
    ("zero", "broke the protocol: frame of 0 bytes"),
    ("huge", "broke the protocol: frame of 1073741824 bytes, limit 65536"),
    ("exit", "exit code 3"),
    ("unready", "$/ready: the database is locked"),
  ])
  func `a bad plugin ends in quarantine, with the reason, and harms no other`(_ mode: String, _ reason: String) async throws {
    try await Bench.run { bench in
      await bench.start(
        try bench.entry("bad", mode: mode, "[restart]\nbackoff = [\"1ms\", \"2ms\"]\nintensity = 2"), try bench.entry("good"))
      let status = try await bench.wait("bad") { $0.state == .quarantined }
      #expect(status.lastExit?.summary == reason)
      #expect(status.problem == reason)
      if mode == "exit" { #expect(status.lines == ["cannot open the flux capacitor"]) }
      #expect(try await bench.status("good").state == .ready)
      #expect(try await bench.call("test.echo@good")["pid"].int != nil)
      let error = await #expect(throws: RPCError.self) { try await bench.call("test.echo@bad") }
      #expect(error?.code == .unavailable)
      #expect(error?.message == "bad is down: quarantined: \(reason)")
    }
  }

  @Test(arguments: [
    ("version", "speaks protocol version 9, this host speaks 1"), ("config", "exit code 78"),
    ("greedy", "describes capability 'storage', which its manifest does not provide"),
  ])
  func `what only the operator can mend is not tried again`(_ mode: String, _ reason: String) async throws {
    try await Bench.run { bench in
      await bench.start(try bench.entry("bad", mode: mode))
      let status = try await bench.wait("bad") { $0.state == .failed }
      #expect(status.restarts == 0 && status.problem == reason && status.incarnation == 1)
    }
  }

  @Test func `a missing program and a missing secret are named`() async throws {
    try await Bench.run { bench in
      let text = "version = \"1\"\nprovides = [\"test\"]\n"
      let missing = try Manifest("id = \"missing\"\nexec = \"nowhere\"\n" + text, file: "a.toml")
      let secret = try bench.entry("secret", "[secrets]\nkey = \"env:NOT_THERE\"")
      await bench.start(ManifestDirectory.Entry(file: "a.toml", manifest: missing), secret)
      #expect(try await bench.status("missing").problem == "executable 'nowhere' not found in \(bench.folder.path)")
      #expect(try await bench.status("secret").problem == "secret 'key': environment variable NOT_THERE is not set")
      #expect(try await bench.status("secret").state == .failed)
    }
  }

  @Test func `a pinned program that changed is refused`() async throws {
    try await Bench.run { bench in
      await bench.start(try bench.entry("pinned", "sha256 = \"\(String(repeating: "a", count: 64))\""))
      let status = try await bench.status("pinned")
      #expect(status.state == .failed)
      #expect(status.problem?.contains("the manifest pins aaaa") == true)
    }
  }

  @Test func `a plugin that is never ready is killed`() async throws {
    try await Bench.run { bench in
      await bench.start(
        try bench.entry("never", mode: "never", "[health]\nready = \"300ms\"\n[restart]\nintensity = 1\nbackoff = [\"1ms\", \"1ms\"]"))
      let status = try await bench.wait("never") { $0.state == .quarantined }
      #expect(status.problem == "not ready within 0.3 seconds")
    }
  }

  @Test func `what a plugin prints is a log and never protocol`() async throws {
    try await Bench.run { bench in
      await bench.start(try bench.entry("chatty", mode: "stdout"))
      let status = try await bench.wait("chatty") { !$0.lines.isEmpty }
      #expect(status.state == .ready)
      #expect(status.lines == [#"{"jsonrpc":"2.0","id":1,"result":{}}"#])
    }
  }

  @Test func `a plugin that hangs is killed and restarted`() async throws {
    try await Bench.run { bench in
      await bench.start(try bench.entry("hang", mode: "hang", "[health]\nready = \"60s\"\nping = \"100ms\"\nmisses = 2"))
      let status = try await bench.wait("hang") { $0.restarts >= 1 && $0.lastExit != nil }
      #expect(status.lastExit?.summary == "hung: 2 pings unanswered")
    }
  }

  @Test func `a plugin that ignores TERM is killed in the end`() async throws {
    try await Bench.run { bench in
      await bench.start(try bench.entry("stubborn", mode: "stubborn"))
      let pid = try #require(await bench.supervisor.status().first?.pid)
      await bench.supervisor.stop()
      #expect(kill(pid, 0) == -1)
    }
  }

  @Test func `a killed plugin is back at once`() async throws {
    try await Bench.run { bench in
      await bench.start(try bench.entry("good"))
      let pid = try #require(await bench.status("good").pid)
      kill(pid, SIGKILL)
      let status = try await bench.wait("good") { $0.restarts == 1 && $0.state == .ready }
      #expect(status.lastExit?.summary == "signal 9")
      #expect(status.pid != pid)
    }
  }

  @Test func `who hears of an end hears of the last words, however late they are read`() async throws {
    let busy = BusyReaderSpawner()
    try await Bench.run(spawner: busy) { bench in
      let entry = try bench.entry("brief")
      // It speaks once the host does, and the host does once the reader is busy.
      let script = "#!/bin/sh\n/usr/bin/head -c 4 <&3 >/dev/null\necho the cellar is flooded >&2\nexit 78\n"
      try ProgramFile.write(script, to: bench.folder.appendingPathComponent("brief"))
      busy.keepBusy(await bench.supervisor.environment.outputLoop)
      await bench.start(entry)
      let status = try await bench.wait("brief") { $0.state == .failed }
      #expect(status.lines == ["the cellar is flooded"])
    }
  }

  @Test func `only what changed is restarted by a reload`() async throws {
    try await Bench.run { bench in
      let (a, b, c) = (try bench.entry("a"), try bench.entry("b"), try bench.entry("c"))
      await bench.start(a, b, c)
      let pids = await bench.supervisor.status().map(\.pid)
      let changed = try bench.entry("b", "concurrency = 2")
      #expect(try await bench.supervisor.reload([a, changed]).map(\.plugin) == ["b", "c"])
      let status = await bench.supervisor.status()
      #expect(status.map(\.id) == ["a", "b"] && status.allSatisfy { $0.state == .ready })
      #expect(status[0].pid == pids[0] && status[1].pid != pids[1])
      let error = await #expect(throws: RPCError.self) { try await bench.call("test.echo@c") }
      #expect(error?.code == .methodNotFound)
    }
  }

  @Test func `a supervisor whose task was cancelled starts nothing, and nobody waits for it`() async throws {
    try await Bench.run { bench in
      let supervisor = PluginSupervisor(await bench.supervisor.environment)
      await withDiscardingTaskGroup { group in
        group.cancelAll()
        group.addTask { await supervisor.run() }
      }
      await supervisor.start([try bench.entry("late")])
      #expect(await supervisor.status().allSatisfy { $0.pid == nil })
      await supervisor.stop()
      #expect(await supervisor.status().isEmpty)
    }
  }
}
