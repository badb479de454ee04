import Glibc
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

/// Several processes of one plugin behind one name.
@Suite(.timeLimit(.minutes(1)))
struct ReplicaTests {
  private func replicas(
    _ count: Int, concurrency: Int = 4, queueLength: Int = 64, on router: MessageRouter, handler: @escaping FakePlugin.Handler
  ) async throws -> [FakePlugin] {
    let policy = PluginPolicy(id: "a", provides: ["test"], concurrency: concurrency, queueLength: queueLength)
    var plugins: [FakePlugin] = []
    for number in 1...count {
      plugins.append(try await FakePlugin.start(policy, incarnation: number, methods: methods, on: router, handler: handler))
    }
    return plugins
  }

  @Test func `calls spread over replicas by what each has to do`() async throws {
    let router = makeRouter()
    let gate = Gate()
    _ = try await replicas(3, on: router) { _ throws(RPCError) in
      await gate.wait()
      return [:]
    }
    try await withThrowingTaskGroup(of: JSON.self) { group in
      for count in 1...12 {
        group.addTask { try await router.ask("test.read") }
        try await router.wait("a") { $0.inFlight == count }
      }
      #expect(await router.status().first?.replicas.map(\.inFlight) == [4, 4, 4])
      gate.open()
      try await group.waitForAll()
    }
  }

  @Test func `of idle replicas the quicker one is asked`() async throws {
    let router = makeRouter()
    let gate = Gate()
    _ = try await replicas(2, on: router) { request throws(RPCError) in
      if request.plugin.link.incarnation == 1 { await gate.wait() }
      return .int(request.plugin.link.incarnation)
    }
    // The second is asked later than the first and answers before it: it was the quicker one, however slow the machine is.
    async let held = router.ask("test.read")
    try await router.wait("a") { status in status.replicas.contains { $0.incarnation == 1 && $0.inFlight == 1 } }
    #expect(try await router.ask("test.read") == 2)
    gate.open()
    #expect(try await held == 1)
    #expect(try await router.ask("test.read") == 2)
  }

  @Test func `another replica answers what a dead one had been asked`() async throws {
    let router = makeRouter()
    let plugins = try await replicas(2, on: router) { request throws(RPCError) in
      if request.plugin.link.incarnation == 1 { await untilCancelled() }
      return .int(request.plugin.link.incarnation)
    }
    async let answer = router.ask("test.read")
    try await router.wait("a") { status in status.replicas.contains { $0.incarnation == 1 && $0.inFlight == 1 } }
    plugins[0].close()
    #expect(try await answer == 2)
    #expect(await router.status().first?.replicas.map(\.incarnation) == [2])
    #expect(await router.status().first?.metrics.retries == 1)
  }

  @Test func `a connection that breaks under the very write of a call leaves no trace of it`() async throws {
    let router = makeRouter()
    let policy = PluginPolicy(id: "a", provides: ["test"], concurrency: 8, queueLength: 64)
    await router.register(policy)
    let (ours, theirs) = try makeSocketPair()
    let broken = LinkID(plugin: "a", incarnation: 1)
    _ = try await router.connect(broken, descriptor: ours, limits: ConnectionLimits())
    _ = try await FakePlugin.start(policy, incarnation: 2, methods: methods, on: router, isRegistered: true)
    await router.activate(broken)
    let (answers, heard) = AsyncStream.makeStream(of: Bool.self)
    // In one turn of the loop: the router cannot know that the other end is gone before it writes.
    try await router.eventLoop.submit {
      close(theirs)
      router.assumeIsolated { router in
        for _ in 0..<8 {
          let origin = RoutedCall.Origin.host { event in
            guard case .finished(let reply) = event else { return }
            if case .result = reply { heard.yield(true) } else { heard.yield(false) }
          }
          let meta = CallMeta.host("test", timeout: .seconds(50))
          router.start(router.nextCallID(), method: "test.read", params: ByteBuffer(string: "{}"), meta: meta, origin: origin)
        }
      }
    }.get()
    for await isResult in answers.prefix(8) { #expect(isResult) }
    try await router.wait("a") { $0.inFlight == 0 && $0.replicas.map(\.incarnation) == [2] }
  }

  @Test func `a replica that is taken out finishes what it has and gets no more`() async throws {
    let router = makeRouter()
    let gate = Gate()
    let plugins = try await replicas(2, on: router) { request throws(RPCError) in
      if request.plugin.link.incarnation == 1 { await gate.wait() }
      return .int(request.plugin.link.incarnation)
    }
    async let first = router.ask("test.once")
    try await router.wait("a") { status in status.replicas.contains { $0.incarnation == 1 && $0.inFlight == 1 } }
    await router.deactivate(plugins[0].link)
    for _ in 0..<4 { #expect(try await router.ask("test.once") == 2) }
    gate.open()
    #expect(try await first == 1)
  }

  @Test func `while versions change each call goes to one that knows its method`() async throws {
    let router = makeRouter()
    let policy = PluginPolicy(id: "a", provides: ["test"])
    _ = try await FakePlugin.start(policy, methods: methods, on: router) { _ throws(RPCError) in "old" }
    _ = try await FakePlugin.start(policy, incarnation: 2, methods: methods + [MethodSpec("test.new", "")], on: router) {
      _ throws(RPCError) in
      "new"
    }
    for _ in 0..<4 { #expect(try await router.ask("test.new") == "new") }
  }

  @Test func `deaths in a row open the circuit, and one answer closes it`() async throws {
    let router = makeRouter()
    let policy = PluginPolicy(id: "a", provides: ["test"])
    for number in 1...3 {
      let plugin = try await FakePlugin.start(
        policy, incarnation: number, methods: methods, on: router, isRegistered: number > 1
      ) { _ throws(RPCError) in
        await untilCancelled()
        return [:]
      }
      async let failure = router.failure(of: "test.once")
      try await router.wait("a") { $0.inFlight == 1 }
      try await plugin.die()
      #expect(await failure?.code == .pluginDied)
    }
    let refused = await router.failure(of: "test.once")
    #expect(refused?.code == .circuitOpen && refused?.data["retry_after_ms"].int != nil && refused?.data["delivered"] == "no")
    #expect(await router.status().first?.isCircuitClosed == false)
    _ = try await FakePlugin.start(policy, incarnation: 4, methods: methods, on: router)
    // Registered anew: as an operator's reset.
    #expect(try await router.ask("test.once") == [:])
    #expect(await router.status().first?.isCircuitClosed == true)
  }
}

struct CircuitBreakerTests {
  @Test func `opens after three deaths, tries one call after a pause, and doubles the pause`() {
    var breaker = CircuitBreaker()
    var now = NIODeadline.now()
    for _ in 0..<2 { #expect(breaker.died(now: now) == false) }
    #expect(breaker.admit(now: now) == .yes)
    #expect(breaker.died(now: now) == true)
    #expect(breaker.admit(now: now) == .no(retryAfter: .seconds(1)))
    now = now + .seconds(1)
    #expect(breaker.admit(now: now) == .yes)
    #expect(breaker.admit(now: now) == .no(retryAfter: .seconds(1)))
    #expect(breaker.died(now: now) == true)
    #expect(breaker.admit(now: now) == .no(retryAfter: .seconds(2)))
    now = now + .seconds(2)
    #expect(breaker.admit(now: now) == .yes)
    breaker.inconclusive(now: now)
    #expect(breaker.admit(now: now) == .yes)
    breaker.answered()
    #expect(breaker.isClosed)
    #expect(breaker.admit(now: now) == .yes)
  }

  @Test func `the pause has a limit, and an answer in between forgets the deaths`() {
    var breaker = CircuitBreaker()
    var now = NIODeadline.now()
    for _ in 0..<10 {
      _ = breaker.died(now: now)
      breaker.answered()
    }
    #expect(breaker.isClosed)
    for _ in 0..<3 { _ = breaker.died(now: now) }
    for _ in 0..<10 {
      now = now + .seconds(60)
      #expect(breaker.admit(now: now) == .yes)
      _ = breaker.died(now: now)
    }
    #expect(breaker.admit(now: now) == .no(retryAfter: .seconds(30)))
  }
}
