import Foundation
import Glibc
import JSONRPC
import PluginProtocol
import Router
import Synchronization
import Testing

@testable import Supervisor

/// Says from one task to others that it is over.
private final class Flag: Sendable {
  let isUp = Atomic(false)
}

/// Changes while plugins serve, on real processes.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct ChangeTests {
  /// Calls without a pause beside the body.
  ///
  /// - Returns: the processes that answered, and every failure.
  private func calling(_ bench: Bench, _ method: String = "test.echo@a", _ body: () async throws -> Void) async throws -> (
    pids: Set<Int64>, failures: [String]
  ) {
    let stopped = Flag()
    return try await withThrowingTaskGroup(of: (Set<Int64>, [String]).self) { group in
      for _ in 0..<8 {
        group.addTask {
          var (pids, failures): (Set<Int64>, [String]) = ([], [])
          while !stopped.isUp.load(ordering: .relaxed) {
            do throws(RPCError) {
              if let pid = try await bench.call(method)["pid"].int { pids.insert(pid) }
            } catch {
              failures.append(error.message)
            }
          }
          return (pids, failures)
        }
      }
      do { try await body() } catch {
        stopped.isUp.store(true, ordering: .relaxed)
        throw error
      }
      stopped.isUp.store(true, ordering: .relaxed)
      var all: (pids: Set<Int64>, failures: [String]) = ([], [])
      for try await (pids, failures) in group { all = (all.pids.union(pids), all.failures + failures) }
      return all
    }
  }

  @Test func `an upgrade loses no call, and the new process answers after it`() async throws {
    try await Bench.run { bench in
      await bench.start(try bench.entry("a"))
      let before = try await bench.status("a")
      let (pids, failures) = try await calling(bench) {
        for _ in 0..<3 {
          let change = try await bench.supervisor.upgrade(try bench.entry("a"), exec: nil)
          #expect(change.kind == .upgraded)
        }
      }
      let after = try await bench.status("a")
      #expect(failures == [])
      #expect(pids.contains(Int64(before.pid ?? 0)) && pids.contains(Int64(after.pid ?? 0)) && pids.count >= 3)
      #expect(after.state == .ready && after.incarnation == 4 && after.restarts == 0)
      #expect(kill(before.pid ?? 1, 0) == -1, "the old process is gone")
    }
  }

  @Test(arguments: [
    ("exit", "exit code 3"), ("version", "speaks protocol version 9"), ("unready", "the database is locked"),
    ("garbage", "broke the protocol"), ("never", "not ready within"), ("greedy", "does not provide"),
  ])
  func `a bad new version leaves the old one serving`(_ mode: String, _ reason: String) async throws {
    try await Bench.run { bench in
      await bench.start(try bench.entry("a"))
      let before = try await bench.status("a").pid
      let bad = try bench.entry("b", mode: mode).manifest.exec
      let (pids, failures) = try await calling(bench) {
        let entry = try bench.entry("a", mode == "never" ? "[health]\nready = \"500ms\"" : "")
        let refusal = await #expect(throws: RPCError.self) { try await bench.supervisor.upgrade(entry, exec: bad) }
        #expect(refusal?.message.contains(reason) == true, "\(refusal?.message ?? "")")
      }
      #expect(failures == [] && pids == [Int64(before ?? 0)])
      let status = try await bench.status("a")
      #expect(status.pid == before && status.state == .ready && status.exec == nil)
      // And a good one is still welcome.
      #expect(try await bench.supervisor.upgrade(try bench.entry("a"), exec: nil).kind == .upgraded)
    }
  }

  @Test func `a missing program is refused`() async throws {
    try await Bench.run { bench in
      await bench.start(try bench.entry("a"))
      let refusal = await #expect(throws: RPCError.self) {
        try await bench.supervisor.upgrade(try bench.entry("a"), exec: "nowhere")
      }
      #expect(refusal?.message.contains("executable 'nowhere' not found") == true)
      #expect(try await bench.status("a").state == .ready)
    }
  }

  @Test func `what an exclusive plugin serves ends before its successor is called`() async throws {
    let served = Mutex<[Int]>([])
    var hooks = PluginHooks()
    hooks.prepared = { peer throws(RPCError) in served.withLock { $0.append(peer.link.incarnation) } }
    try await Bench.run(hooks: hooks) { bench in
      let entry = try bench.exclusive("a")
      await bench.start(entry)
      async let slow = bench.call("storage.nap", ["ms": 400])
      try await bench.wait("a") { $0.route?.inFlight == 1 }
      let begun = ContinuousClock.now
      async let change = bench.supervisor.upgrade(entry, exec: nil)
      _ = try await bench.wait("a") { $0.route?.incarnation == nil }
      let next = try await bench.call("storage.echo")
      #expect(ContinuousClock.now - begun >= .milliseconds(300), "it waited for the nap")
      #expect(try await slow["pid"].int != next["pid"].int)
      #expect(try await change.kind == .upgraded)
      #expect(served.withLock { $0 } == [1, 2])
    }
  }

  @Test func `an exclusive plugin whose successor fails at the last step comes back`() async throws {
    var hooks = PluginHooks()
    hooks.prepared = { peer throws(RPCError) in if peer.link.incarnation == 2 { throw RPCError(.internal, "cannot migrate") } }
    try await Bench.run(hooks: hooks) { bench in
      let entry = try bench.exclusive("a")
      await bench.start(entry)
      let (_, failures) = try await calling(bench, "storage.echo") {
        let refusal = await #expect(throws: RPCError.self) { try await bench.supervisor.upgrade(entry, exec: nil) }
        #expect(refusal?.message.contains("cannot migrate") == true)
      }
      #expect(failures == [])
      let status = try await bench.status("a")
      #expect(status.state == .ready && status.incarnation == 3)
    }
  }

  @Test func `replicas come and go while calls are answered, and each is restarted by itself`() async throws {
    try await Bench.run { bench in
      await bench.start(try bench.entry("a", "replicas = 2"))
      #expect(try await bench.status("a").replicas.count == 2)
      let (pids, failures) = try await calling(bench) {
        try await bench.supervisor.scale("a", to: 4)
        let victim = try #require(try await bench.status("a").replicas.first?.pid)
        kill(victim, SIGKILL)
        try await bench.wait("a") { $0.restarts == 1 && $0.state == .ready }
        try await bench.supervisor.scale("a", to: 1)
      }
      #expect(failures == [])
      #expect(pids.count >= 4, "\(pids)")
      let status = try await bench.status("a")
      #expect(status.replicas.count == 1 && status.state == .ready && status.restarts == 1)
    }
  }

  @Test func `an exclusive plugin has no replicas`() async throws {
    try await Bench.run { bench in
      await bench.start(try bench.exclusive("a"))
      let refusal = await #expect(throws: RPCError.self) { try await bench.supervisor.scale("a", to: 2) }
      #expect(refusal?.message == "a provides storage, of which there is one at a time")
    }
    #expect(throws: ConfigProblems.self) {
      try Manifest("id = \"a\"\nversion = \"1\"\nexec = \"a\"\nprovides = [\"storage\"]\nreplicas = 2\n", file: "a.toml")
    }
  }

  @Test func `a reload upgrades what changed, scales what only has another number, and says what it refused`() async throws {
    try await Bench.run { bench in
      await bench.start(try bench.entry("a"), try bench.entry("b"), try bench.entry("c"))
      let pids = await bench.supervisor.status().map(\.pid)
      let bad = try bench.entry("c", mode: "exit", "concurrency = 3")
      // The script of "c" was written anew with it: only a new process reads it.
      let (_, failures) = try await calling(bench) {
        let changes = try await bench.supervisor.reload([
          try bench.entry("a", "concurrency = 2"), try bench.entry("b", "replicas = 2"), bad, try bench.entry("d"),
        ])
        #expect(changes.map(\.kind) == [.upgraded, .scaled, .refused, .started])
        #expect(changes[2].problem?.hasPrefix("exit code 3") == true)
      }
      #expect(failures == [])
      let status = await bench.supervisor.status()
      #expect(status[0].pid != pids[0] && status[1].replicas.count == 2 && status[2].pid == pids[2])
      #expect(status.allSatisfy { $0.state == .ready })
    }
  }

  @Test func `output is kept over incarnations, and a flood of it is cut`() async throws {
    try await Bench.run { bench in
      await bench.start(try bench.entry("chatty", mode: "stdout"))
      let pid = try await bench.wait("chatty") { !$0.lines.isEmpty }.pid ?? 0
      kill(pid, SIGKILL)
      try await bench.wait("chatty") { $0.restarts == 1 && $0.state == .ready && !$0.lines.isEmpty }
      let history = try #require(await bench.supervisor.output(of: "chatty"))
      let lines = history.lines(after: 0, limit: 100)
      #expect(lines.count { $0.stream == "stdout" } == 2)
      #expect(lines.contains { $0.stream == "host" && $0.text == "ended: signal 9" })
      #expect(lines.map(\.number) == Array(1...lines.count))
      #expect(try await bench.status("chatty").lastExit?.cause == .signal)
    }
  }

  @Test func `a budget lets a burst through, then a steady rate, and counts the rest`() {
    var budget = LogBudget()
    var now = ContinuousClock.now
    let burst = (0..<LogBudget.burst).map { _ in budget.take(at: now) }
    #expect(burst.allSatisfy { $0 == 0 })
    let refused = (0..<50).map { _ in budget.take(at: now) }
    #expect(refused.allSatisfy { $0 == nil })
    now += .milliseconds(10)
    #expect([budget.take(at: now), budget.take(at: now)] == [50, nil])
    now += .seconds(3600)
    let later = (0...LogBudget.burst).map { _ in budget.take(at: now) }
    #expect(later.count { $0 != nil } == LogBudget.burst)
  }
}
