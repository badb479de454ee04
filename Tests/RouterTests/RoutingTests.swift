import JSONRPC
import Logging
import NIOCore
import PluginProtocol
import Router
import Synchronization
import TestSupport
import Testing
import UnixTransport

private let echo = [MethodSpec("test.echo", "", idempotent: true, timeoutMilliseconds: 60_000)]

@Suite(.timeLimit(.minutes(1)))
struct RoutingTests {
  @Test func `carries a call to its provider and the answer back`() async throws {
    let router = makeRouter()
    _ = try await FakePlugin.start(PluginPolicy(id: "a", provides: ["test"]), methods: echo, on: router)
    #expect(try await router.ask("test.echo", ["x": "é"]) == ["x": "é"])
    let status = try #require(await router.status().first)
    #expect(status.metrics.methods["test.echo"]?.calls == 1 && status.metrics.methods["test.echo"]?.errors == 0)
  }

  @Test func `says what is wrong with an address`() async throws {
    let router = makeRouter()
    _ = try await FakePlugin.start(PluginPolicy(id: "a", provides: ["test"]), methods: echo, on: router)
    let expected: [(String, RPCError.Code)] = [
      ("test.other", .methodNotFound), ("other.echo", .unavailable), ("nonsense", .methodNotFound), ("test.echo@b", .methodNotFound),
    ]
    for (method, code) in expected {
      let error = await #expect(throws: RPCError.self) { try await router.ask(method) }
      #expect(error?.code == code, "\(method)")
    }
  }

  @Test func `addresses one provider of many`() async throws {
    let router = makeRouter()
    for id in ["a", "b"] {
      _ = try await FakePlugin.start(PluginPolicy(id: id, provides: ["test"]), methods: echo, on: router) { _ throws(RPCError) in
        .string(id)
      }
    }
    #expect(try await router.ask("test.echo@b") == "b")
    #expect(try await router.ask("test.echo@a") == "a")
  }

  @Test func `stamps an operation id on what may change something, and only there`() async throws {
    let router = makeRouter()
    let methods = echo + [MethodSpec("test.change", "", mutating: true)]
    _ = try await FakePlugin.start(PluginPolicy(id: "a", provides: ["test"]), methods: methods, on: router) { $0.meta }
    let first = try await router.ask("test.change")["operation_id"].string
    let second = try await router.ask("test.change")["operation_id"].string
    #expect(first?.utf8.count == 36 && first != second)
    #expect(try await router.ask("test.echo")["operation_id"].isNull)
    var meta = CallMeta.host("test")
    meta.operationID = "mine"
    #expect(try await router.ask("test.change", [:], meta)["operation_id"] == "mine")
  }

  @Test func `a thousand calls at once each get their own answer`() async throws {
    let router = makeRouter()
    _ = try await FakePlugin.start(
      PluginPolicy(id: "a", provides: ["test"], concurrency: 16, queueLength: 2_000), methods: echo, on: router)
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for index in 0..<1_000 {
        group.addTask { try await router.ask("test.echo", ["n": .int(index)])["n"] == .int(index) }
      }
      for try await isOwn in group { #expect(isOwn) }
    }
    #expect(await router.status().first?.metrics.methods["test.echo"]?.calls == 1_000)
  }

  @Test func `takes turns between tenants`() async throws {
    let router = makeRouter()
    let gate = Gate()
    let order = Mutex<[String]>([])
    _ = try await FakePlugin.start(
      PluginPolicy(id: "a", provides: ["test"], concurrency: 1), methods: echo, on: router
    ) { request throws(RPCError) in
      await gate.wait()
      order.withLock { $0.append(request.meta["tenant"].string ?? "") }
      return [:]
    }
    await withTaskGroup(of: Void.self) { group in
      for (index, tenant) in ["loud", "loud", "loud", "loud", "quiet"].enumerated() {
        group.addTask {
          _ = try? await router.ask("test.echo", [:], CallMeta(tenant: tenant, requestID: "", deadline: .now() + .seconds(20)))
        }
        try? await router.wait("a") { $0.inFlight + $0.queued == index + 1 }
      }
      gate.open()
    }
    #expect(order.withLock { $0 } == ["loud", "loud", "quiet", "loud", "loud"])
  }

  @Test func `refuses what no longer fits the queue, at once`() async throws {
    let router = makeRouter()
    let gate = Gate()
    _ = try await FakePlugin.start(
      PluginPolicy(id: "a", provides: ["test"], concurrency: 1, queueLength: 1), methods: echo, on: router
    ) { _ throws(RPCError) in
      await gate.wait()
      return [:]
    }
    try await withThrowingTaskGroup(of: JSON.self) { group in
      for count in 1...2 {
        group.addTask { try await router.ask("test.echo") }
        try await router.wait("a") { $0.inFlight + $0.queued == count }
      }
      let error = await #expect(throws: RPCError.self) { try await router.ask("test.echo") }
      #expect(error?.code == .overloaded && error?.data["retry_after_ms"].int != nil && error?.data["delivered"] == "no")
      gate.open()
      try await group.waitForAll()
    }
  }

  @Test func `a deadline ends the wait in the queue and at the plugin`() async throws {
    let router = makeRouter()
    let gate = Gate()
    _ = try await FakePlugin.start(
      PluginPolicy(id: "a", provides: ["test"], concurrency: 1), methods: echo, on: router
    ) { _ throws(RPCError) in
      await gate.wait()
      return [:]
    }
    for _ in 0..<2 {
      let error = await #expect(throws: RPCError.self) {
        try await router.ask("test.echo", [:], .host("test", timeout: .milliseconds(50)))
      }
      #expect(error?.code == .deadline)
    }
    gate.open()
    // The first call still counts until its late answer; then there is room again.
    #expect(try await router.ask("test.echo") == [:])
  }

  @Test func `a method's own time limit holds`() async throws {
    let router = makeRouter()
    let methods = [MethodSpec("test.echo", "", timeoutMilliseconds: 50)]
    let gate = Gate()
    _ = try await FakePlugin.start(PluginPolicy(id: "a", provides: ["test"]), methods: methods, on: router) { _ throws(RPCError) in
      await gate.wait()
      return [:]
    }
    let error = await #expect(throws: RPCError.self) { try await router.ask("test.echo") }
    #expect(error?.code == .deadline)
    gate.open()
  }

  @Test func `a cancelled caller cancels the plugin's work`() async throws {
    let router = makeRouter()
    let (began, ended) = (Gate(), Gate())
    _ = try await FakePlugin.start(PluginPolicy(id: "a", provides: ["test"]), methods: echo, on: router) { _ throws(RPCError) in
      began.open()
      await untilCancelled()
      ended.open()
      return [:]
    }
    await withTaskGroup(of: RPCError?.self) { group in
      group.addTask { await router.failure(of: "test.echo") }
      await began.wait()
      group.cancelAll()
      let failure = await group.next() ?? nil
      #expect(failure?.code == .cancelled)
    }
    await ended.wait()
  }

  @Test func `a caller that was cancelled before calls nobody`() async throws {
    let router = makeRouter()
    let asked = Atomic(0)
    _ = try await FakePlugin.start(PluginPolicy(id: "a", provides: ["test"]), methods: echo, on: router) { request throws(RPCError) in
      asked.add(1, ordering: .relaxed)
      return request.params
    }
    await withTaskGroup(of: RPCError?.self) { group in
      group.cancelAll()
      for _ in 0..<100 { group.addTask { await router.failure(of: "test.echo") } }
      for await failure in group { #expect(failure?.code == .cancelled) }
    }
    #expect(try await router.ask("test.echo") != .null)
    #expect(asked.load(ordering: .relaxed) == 1)
  }

  @Test func `passes streams in both directions`() async throws {
    let router = makeRouter()
    _ = try await FakePlugin.start(PluginPolicy(id: "a", provides: ["test"]), methods: echo, on: router) { request throws(RPCError) in
      var count = 0
      do {
        for try await bytes in request.served.incoming {
          count += bytes.count
          try await request.served.outgoing.send(bytes)
        }
      } catch {
        throw RPCError(.internal, "\(error)")
      }
      request.served.outgoing.finish()
      return ["count": .int(count)]
    }
    let call = await router.start("test.echo", ByteBuffer(string: #"{"stream":true}"#), .host("test", timeout: .seconds(50)))
    let sent = (0..<1_200_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    async let sending: Void = send(sent, to: call.outgoing)
    var received: [UInt8] = []
    for try await bytes in call.incoming { received += bytes }
    try await sending
    #expect(received == sent)
    let result = try parse(try await call.result())
    #expect(result["count"].int == 1_200_000)
  }

  private func send(_ bytes: [UInt8], to stream: OutgoingStream) async throws {
    try await stream.send(bytes)
    stream.finish()
  }

  @Test func `hears notifications of the active provider only`() async throws {
    let router = makeRouter()
    let heard = Mutex<[String]>([])
    await router.provide(
      [],
      notifications: [
        HostNotification("storage.committed", from: "storage") { params in heard.withLock { $0.append(String(buffer: params)) } }
      ])
    let storage = try await FakePlugin.start(PluginPolicy(id: "s", provides: ["storage"]), methods: [], on: router)
    let other = try await FakePlugin.start(PluginPolicy(id: "o", provides: ["test"]), methods: echo, on: router)
    other.notify("storage.committed", ["n": 1])
    storage.notify("storage.committed", ["n": 2])
    try await eventually("the notification") { heard.withLock { $0.isEmpty } ? nil : true }
    #expect(try await router.ask("test.echo") == [:])
    #expect(heard.withLock { $0 } == [#"{"n":2}"#])
  }
}
