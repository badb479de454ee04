import JSONRPC
import NIOCore
import PluginProtocol
import Router
import Synchronization
import Testing
import UnixTransport

private let policy = PluginPolicy(id: "a", provides: ["test"], concurrency: 4)
private let methods = [
  MethodSpec("test.read", "", idempotent: true), MethodSpec("test.write", "", mutating: true), MethodSpec("test.once", ""),
]

/// What callers notice of a plugin's death.
@Suite(.timeLimit(.minutes(1)))
struct CrashTests {
  /// A plugin that never answers.
  private func stuck(on router: MessageRouter, _ incarnation: Int = 1) async throws -> FakePlugin {
    try await FakePlugin.start(policy, incarnation: incarnation, methods: methods, on: router) { _ throws(RPCError) in
      await untilCancelled()
      return [:]
    }
  }

  @Test(arguments: ["test.read", "test.write"])
  func `what may be repeated is answered by the next incarnation`(_ method: String) async throws {
    let router = makeRouter()
    let first = try await stuck(on: router)
    async let answer = router.ask(method)
    try await router.wait("a") { $0.inFlight == 1 }
    try await first.die()
    try await router.wait("a") { $0.queued == 1 }
    _ = try await FakePlugin.start(policy, incarnation: 2, methods: methods, on: router) { _ throws(RPCError) in ["incarnation": 2] }
    #expect(try await answer == ["incarnation": 2])
    #expect(await router.status().first?.metrics.retries == 1)
  }

  @Test func `a repeated mutation keeps its operation id`() async throws {
    let router = makeRouter()
    let seen = Mutex<[String]>([])
    let first = try await FakePlugin.start(policy, methods: methods, on: router) { request throws(RPCError) in
      seen.withLock { $0.append(request.meta["operation_id"].string ?? "") }
      try await request.plugin.die()
      return [:]
    }
    async let answer = router.ask("test.write")
    try await router.wait("a") { $0.incarnation == nil && $0.queued == 1 }
    _ = try await FakePlugin.start(policy, incarnation: 2, methods: methods, on: router) { $0.meta }
    #expect(try await answer["operation_id"].string == seen.withLock { $0.first })
    #expect(first.link.incarnation == 1)
  }

  @Test func `what may not be repeated fails at once, and says so`() async throws {
    let router = makeRouter()
    let first = try await stuck(on: router)
    async let failure = router.failure(of: "test.once")
    try await router.wait("a") { $0.inFlight == 1 }
    try await first.die()
    let error = await failure
    #expect(error?.code == .pluginDied && error?.data["delivered"] == "maybe")
    #expect(error?.data["plugin"] == "a" && error?.data["incarnation"] == 1)
  }

  @Test func `a call that kills every incarnation is given up`() async throws {
    let router = makeRouter()
    async let failure = router.failure(of: "test.read")
    for incarnation in 1...3 {
      let plugin = try await stuck(on: router, incarnation)
      try await router.wait("a") { $0.inFlight == 1 }
      try await plugin.die()
    }
    let error = await failure
    #expect(error?.code == .pluginDied)
  }

  @Test func `calls wait for a plugin that is coming, up to their deadline`() async throws {
    let router = makeRouter()
    await router.register(policy)
    let error = await #expect(throws: RPCError.self) {
      try await router.ask("test.read", [:], .host("test", timeout: .milliseconds(30)))
    }
    #expect(error?.code == .deadline && error?.data["delivered"] == "no")
    async let answer = router.ask("test.read")
    try await router.wait("a") { $0.queued == 1 }
    _ = try await FakePlugin.start(policy, methods: methods, on: router)
    #expect(try await answer == [:])
  }

  @Test func `a plugin that stays down is unavailable, not unknown`() async throws {
    let router = makeRouter()
    let plugin = try await stuck(on: router)
    async let failure = router.failure(of: "test.read")
    try await router.wait("a") { $0.inFlight == 1 }
    try await plugin.die()
    try await router.wait("a") { $0.queued == 1 }
    await router.setOutlook(.down("quarantined", retryAfterMilliseconds: 7), of: "a")
    let waiting = await failure
    #expect(waiting?.code == .unavailable && waiting?.message == "a is down: quarantined")
    let later = await #expect(throws: RPCError.self) { try await router.ask("test.read") }
    #expect(later?.code == .unavailable && later?.data["retry_after_ms"] == 7)
    await router.unregister("a")
    let gone = await #expect(throws: RPCError.self) { try await router.ask("test.read") }
    #expect(gone?.code == .unavailable && gone?.message == "no plugin provides test")
  }

  @Test func `a dead caller's calls are cancelled`() async throws {
    let router = makeRouter()
    let (began, ended) = (Gate(), Gate())
    _ = try await FakePlugin.start(policy, methods: methods, on: router) { _ throws(RPCError) in
      began.open()
      await untilCancelled()
      ended.open()
      return [:]
    }
    let caller = try await FakePlugin.start(
      PluginPolicy(id: "b", provides: ["b"], requires: ["test"]), methods: [MethodSpec("b.go", "")], on: router
    ) { request async throws(RPCError) in try await request.call("test.read") }
    async let failure = router.failure(of: "b.go")
    await began.wait()
    try await caller.die()
    await ended.wait()
    #expect(await failure?.code == .pluginDied)
  }

  @Test func `a dead caller's calls of the host are cancelled, so that its commands die with it`() async throws {
    let router = makeRouter()
    let (began, ended) = (Gate(), Gate())
    await router.provide([
      HostMethod("sandbox.spawn", grant: .sandbox) { _ async throws(RPCError) in
        began.open()
        await untilCancelled()
        ended.open()
        return ByteBuffer(string: "{}")
      }
    ])
    let caller = try await FakePlugin.start(
      PluginPolicy(id: "b", provides: ["b"], grants: [.sandbox]), methods: [MethodSpec("b.go", "")], on: router
    ) { request async throws(RPCError) in try await request.call("sandbox.spawn") }
    async let failure = router.failure(of: "b.go")
    await began.wait()
    try await caller.die()
    await ended.wait()
    #expect(await failure?.code == .pluginDied)
  }
}
