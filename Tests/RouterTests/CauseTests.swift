import JSONRPC
import NIOCore
import PluginProtocol
import Router
import Testing
import UnixTransport

private let back = PluginPolicy(id: "back", provides: ["back"])
private let front = PluginPolicy(id: "front", provides: ["front"], requires: ["back"])
private let backMethods = [MethodSpec("back.echo", ""), MethodSpec("back.change", "", mutating: true)]
private let frontMethods = [MethodSpec("front.go", "")]

/// What a plugin may call, and in whose name.
@Suite(.timeLimit(.minutes(1)))
struct CauseTests {
  private func pair(
    _ policy: PluginPolicy = front, handler: @escaping FakePlugin.Handler
  ) async throws -> (router: MessageRouter, front: FakePlugin) {
    let router = makeRouter()
    _ = try await FakePlugin.start(back, methods: backMethods, on: router) { $0.meta }
    return (router, try await FakePlugin.start(policy, methods: frontMethods, on: router, handler: handler))
  }

  private var meta: CallMeta {
    CallMeta(
      tenant: "tenant-1", principal: ["kind": "user", "id": "7", "role": "owner"], requestID: "r-1", traceparent: "00-1",
      deadline: .now() + .seconds(25))
  }

  @Test func `tenant, principal and trace come from the cause, whatever the plugin writes`() async throws {
    let (router, _) = try await pair { request async throws(RPCError) in
      try await request.call(
        "back.change", [:], meta: ["tenant": "tenant-2", "principal": ["kind": "system", "id": "root"], "operation_id": "x"])
    }
    let seen = try await router.ask("front.go", [:], meta)
    #expect(seen["tenant"] == "tenant-1" && seen["request_id"] == "r-1" && seen["traceparent"] == "00-1")
    #expect(seen["principal"] == ["kind": "user", "id": "7", "role": "owner"])
    #expect(seen["operation_id"] == "front:x")
    #expect((1...25_000).contains(seen["deadline_ms"].int ?? 0))
    #expect(seen["system"].isNull)
  }

  @Test func `the deadline only ever shrinks`() async throws {
    let (router, _) = try await pair { request async throws(RPCError) in
      try await request.call("back.echo", [:], meta: ["deadline_ms": .int(request.params["ask"].int ?? 0)])
    }
    #expect((try await router.ask("front.go", ["ask": 9_000], meta)["deadline_ms"].int ?? 0) <= 9_000)
    #expect((try await router.ask("front.go", ["ask": 600_000], meta)["deadline_ms"].int ?? 0) <= 25_000)
  }

  @Test func `no call without a live cause`() async throws {
    let (router, plugin) = try await pair { $0.meta }
    for meta: JSONObject in [[:], ["cause": 99], ["cause": "job:1"], ["system": true]] {
      let error = await #expect(throws: RPCError.self) { try await plugin.call("back.echo", [:], meta: meta) }
      #expect(error?.code == .denied)
    }
    let status = await router.status().first { $0.id == "front" }
    #expect(status?.metrics.denied == 4)
  }

  @Test func `a request that is answered is no cause any more`() async throws {
    let (router, plugin) = try await pair { ["id": .int($0.id)] }
    let id = try await router.ask("front.go", [:], meta)["id"]
    let error = await #expect(throws: RPCError.self) { try await plugin.call("back.echo", [:], meta: ["cause": id]) }
    #expect(error?.code == .denied)
  }

  @Test func `no call to what the manifest does not require`() async throws {
    let (router, _) = try await pair(PluginPolicy(id: "front", provides: ["front"])) { request async throws(RPCError) in
      try await request.call("back.echo")
    }
    let error = await #expect(throws: RPCError.self) { try await router.ask("front.go", [:], meta) }
    #expect(error?.code == .denied)
    #expect(error?.message == "front may not call back.echo: its manifest does not require 'back'")
  }

  @Test func `the grant system calls without a tenant, and only when asked to`() async throws {
    let policy = PluginPolicy(id: "front", provides: ["front"], requires: ["back"], grants: [.system])
    let (router, plugin) = try await pair(policy) { request async throws(RPCError) in
      try await request.call("back.echo", [:], meta: request.params.object ?? [:])
    }
    let seen = try await plugin.call("back.echo", [:], meta: ["system": true])
    #expect(seen["system"] == true && seen["tenant"].isNull && seen["principal"]["kind"] == "system")
    let asked = try await router.ask("front.go", ["system": true], meta)
    #expect(asked["system"] == true && asked["tenant"].isNull && asked["request_id"] == "r-1")
    let plain = try await router.ask("front.go", [:], meta)
    #expect(plain["system"].isNull && plain["tenant"] == "tenant-1")
  }

  @Test func `a host's system call does not make its callee's calls system`() async throws {
    let (router, _) = try await pair { request async throws(RPCError) in try await request.call("back.echo") }
    #expect(try await router.ask("front.go")["system"].isNull)
  }

  @Test func `host methods need their grant`() async throws {
    let (router, plugin) = try await pair { $0.meta }
    await router.provide([
      HostMethod("catalogue.collections", needsCause: false) { _ throws(RPCError) in ByteBuffer(string: #"{"collections":[]}"#) },
      HostMethod("sandbox.spawn", grant: .sandbox) { _ throws(RPCError) in ByteBuffer(string: "{}") },
    ])
    #expect(try await plugin.call("catalogue.collections") == ["collections": []])
    let error = await #expect(throws: RPCError.self) { try await plugin.call("sandbox.spawn") }
    #expect(error?.message == "front may not call sandbox.spawn: its manifest does not grant 'sandbox'")
  }

  @Test func `malformed meta is refused, not fatal`() async throws {
    let (_, plugin) = try await pair { $0.meta }
    let error = await #expect(throws: RPCError.self) { try await plugin.call("back.echo", [:], meta: ["cause": true]) }
    #expect(error?.code == .invalidRequest)
  }
}
