import JSONRPC
import NIOCore
import PluginProtocol
import Synchronization
import TestSupport
import Testing
import UnixTransport

@testable import Router

private let methods = [
  MethodSpec("test.read", "", idempotent: true, timeoutMilliseconds: 60_000), MethodSpec("test.once", "", timeoutMilliseconds: 60_000),
]

/// Faults that a manifest asks for.
@Suite(.timeLimit(.minutes(1)))
struct FaultTests {
  private func policy(_ rule: FaultRule, seed: UInt64 = 1) -> PluginPolicy {
    PluginPolicy(id: "a", provides: ["test"], faults: FaultPlan(seed: seed, rules: [rule]))
  }

  private func rule(_ change: (inout FaultRule) -> Void) -> FaultRule {
    var rule = FaultRule(method: "test.*")
    change(&rule)
    return rule
  }

  @Test func `the same seed gives the same faults, in the shares that were asked for`() {
    var rule = FaultRule(method: "test.*")
    (rule.drop, rule.corrupt, rule.kill, rule.hang, rule.error, rule.delay) = (0.1, 0.1, 0.1, 0.1, 0.1, 0.2)
    rule.delayLimit = .milliseconds(10)
    var (first, second) = (FaultPlan(seed: 7, rules: [rule]), FaultPlan(seed: 7, rules: [rule]))
    var other = FaultPlan(seed: 8, rules: [rule])
    let drawn = (0..<10_000).map { _ in first.draw("test.read") }
    #expect((0..<10_000).map { _ in second.draw("test.read") } == drawn)
    #expect((0..<10_000).map { _ in other.draw("test.read") } != drawn)
    for fault in [Fault.drop, .corrupt, .kill, .hang, .error] {
      let count = drawn.count { $0 == fault }
      #expect((850...1150).contains(count), "\(fault): \(count)")
    }
    let delays = drawn.compactMap { fault in if case .delay(let pause)? = fault { pause } else { nil } }
    #expect((1800...2200).contains(delays.count) && delays.allSatisfy { $0 >= .zero && $0 < .milliseconds(10) })
    #expect(drawn.count { $0 == nil } > 2_500)
  }

  @Test func `the first rule that matches counts, and what none matches has no faults`() {
    var always = FaultRule(method: "test.read")
    always.error = 1
    var never = FaultPlan(seed: 1, rules: [FaultRule(method: "test.*"), always])
    #expect((0..<100).allSatisfy { _ in never.draw("test.read") == nil })
    var plan = FaultPlan(seed: 1, rules: [always])
    #expect(["test.read", "test.reader", "other.read"].map { plan.draw($0) } == [.error, nil, nil])
  }

  @Test func `an error is answered without the plugin`() async throws {
    let router = makeRouter()
    let calls = Mutex(0)
    _ = try await FakePlugin.start(policy(rule { $0.error = 1 }), methods: methods, on: router) { _ throws(RPCError) in
      calls.withLock { $0 += 1 }
      return [:]
    }
    let error = await router.failure(of: "test.read")
    #expect(error?.code == .internal && error?.data["injected"] == true)
    #expect(calls.withLock { $0 } == 0)
    #expect(await router.status().first?.metrics.faults == 1)
  }

  @Test func `a dropped answer is a deadline to its caller`() async throws {
    let router = makeRouter()
    let calls = Mutex(0)
    _ = try await FakePlugin.start(policy(rule { $0.drop = 1 }), methods: methods, on: router) { _ throws(RPCError) in
      calls.withLock { $0 += 1 }
      return [:]
    }
    let error = await #expect(throws: RPCError.self) {
      try await router.ask("test.read", [:], .host("test", timeout: .milliseconds(200)))
    }
    #expect(error?.code == .deadline && error?.data["delivered"] == "maybe")
    #expect(calls.withLock { $0 } == 1)
  }

  @Test func `a delayed call arrives, a cancelled one does not`() async throws {
    let router = makeRouter()
    let delayed = rule {
      $0.delay = 1
      $0.delayLimit = .milliseconds(50)
    }
    _ = try await FakePlugin.start(policy(delayed), methods: methods, on: router)
    #expect(try await router.ask("test.read", ["x": 1]) == ["x": 1])
    let error = await #expect(throws: RPCError.self) {
      try await router.ask("test.read", [:], .host("test", timeout: .nanoseconds(1)))
    }
    #expect(error?.code == .deadline)
  }

  @Test func `a damaged frame ends the connection as the plugin's fault`() async throws {
    let router = makeRouter()
    let damaging = policy(rule { $0.corrupt = 1 })
    let plugin = try await FakePlugin.start(damaging, methods: methods, on: router)
    let error = await router.failure(of: "test.once")
    #expect(error?.code == .pluginDied && error?.data["delivered"] == "maybe")
    let reason = try await plugin.closed()
    #expect(reason.isFaultOfPeer && reason.description.contains("one JSON object"))
  }
}
