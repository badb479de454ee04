import JSONRPC
import NIOCore
import PluginProtocol
import Router
import Testing
import UnixTransport

private let methods = ["read", "transact", "events", "lease", "renew", "release", "job", "migrate", "backup", "health"]

/// What plugins may ask of storage.
@Suite(.timeLimit(.minutes(1)))
struct StorageAccessTests {
  /// A storage that answers the meta it got, or denies as a storage does, and a plugin that calls it.
  private func house(
    _ policy: PluginPolicy, denies: Bool = false, handler: @escaping FakePlugin.Handler
  ) async throws -> MessageRouter {
    let router = makeRouter()
    let storage = PluginPolicy(id: "store", provides: ["storage"])
    _ = try await FakePlugin.start(storage, methods: methods.map { MethodSpec("storage.\($0)", "") }, on: router) { call throws(RPCError) in
      if denies { throw RPCError(.denied, "user may not be read by this caller") }
      return call.meta
    }
    _ = try await FakePlugin.start(policy, methods: [MethodSpec("front.go", "")], on: router, handler: handler)
    return router
  }

  private func front(grants: Set<Grant> = [], collections: CollectionGrant = CollectionGrant()) -> PluginPolicy {
    PluginPolicy(id: "front", provides: ["front"], requires: ["storage"], grants: grants, collections: collections)
  }

  @Test func `a plugin's calls carry what its manifest grants and what it contributes, whatever it writes there`() async throws {
    let router = try await house(front(collections: CollectionGrant(read: ["project"], write: ["task"]))) { call throws(RPCError) in
      try await call.call("storage.read", meta: ["collections": ["read": ["user"], "write": ["user"]]])
    }
    #expect(try await router.ask("front.go")["collections"] == ["read": ["project"], "write": ["task"]])
    await router.own("front", ["front_note"])
    #expect(try await router.ask("front.go")["collections"] == ["read": ["project"], "write": ["task", "front_note"]])
  }

  @Test func `the host's own calls reach everything, those for a contributed route what its plugin does`() async throws {
    let router = try await house(front(collections: CollectionGrant(read: ["project"]))) { $0.meta }
    #expect(try await router.ask("storage.read")["collections"].isNull)
    await router.own("front", ["front_note"])
    var meta = CallMeta.host("test")
    meta.contributor = CallContributor(plugin: "front", hostCollections: ["key"])
    #expect(try await router.ask("storage.read", [:], meta)["collections"] == ["read": ["project"], "write": ["front_note", "key"]])
    #expect(try await router.ask("front.go", [:], meta)["collections"].isNull, "it means something to storage only")
    meta.contributor = CallContributor(plugin: "identity", hostCollections: [])
    #expect(try await router.ask("storage.read", [:], meta)["collections"].isNull, "a part of the host is no plugin")
  }

  @Test func `what of storage is for the host is denied and noted`() async throws {
    let router = try await house(front()) { call throws(RPCError) in try await call.call(call.params["method"].string ?? "") }
    let reserved = ["lease", "renew", "release", "job", "migrate", "backup", "events", "anything", "lease@store"]
    for name in reserved {
      let error = await #expect(throws: RPCError.self) { try await router.ask("front.go", ["method": .string("storage.\(name)")]) }
      #expect(error?.code == .denied, "storage.\(name): \(error?.message ?? "")")
    }
    for name in ["read", "transact", "health"] { _ = try await router.ask("front.go", ["method": .string("storage.\(name)")]) }
    #expect(await router.status().first { $0.id == "front" }?.metrics.denied == reserved.count)
  }

  @Test func `the event log needs the grant`() async throws {
    let router = try await house(front(grants: [.events])) { call throws(RPCError) in try await call.call("storage.events") }
    _ = try await router.ask("front.go")
  }

  @Test func `what storage denies counts as denied to its caller`() async throws {
    let router = try await house(front(), denies: true) { call throws(RPCError) in try await call.call("storage.read") }
    let error = await router.failure(of: "front.go")
    #expect(error?.code == .denied)
    var meta = CallMeta.host("test")
    meta.contributor = CallContributor(plugin: "front", hostCollections: [])
    await #expect(throws: RPCError.self) { try await router.ask("storage.read", [:], meta) }
    #expect(await router.status().first { $0.id == "front" }?.metrics.denied == 2, "also in calls for its routes")
    let denials = await router.status().first { $0.id == "front" }?.metrics.denials ?? [:]
    #expect(denials.map { "\($0.key.method): \($0.key.reason)" } == ["storage.read: user may not be read by this caller"])
  }
}
