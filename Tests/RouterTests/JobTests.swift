import JSONRPC
import NIOCore
import PluginProtocol
import Router
import Synchronization
import Testing
import UnixTransport

private let worker = PluginPolicy(id: "worker", provides: ["worker"], requires: ["storage"], grants: [.jobs])
private let storage = PluginPolicy(id: "storage", provides: ["storage"])
private let storageMethods = ["lease", "renew", "release", "read"].map { MethodSpec("storage.\($0)", "", idempotent: true) }

/// Leases through the host.
@Suite(.timeLimit(.minutes(1)))
struct JobTests {
  private func bench(
    _ heard: @escaping @Sendable (FakePlugin.Incoming) async -> Void = { _ in }
  ) async throws -> (router: MessageRouter, worker: FakePlugin) {
    let router = makeRouter()
    await router.provide(router.jobMethods)
    _ = try await FakePlugin.start(storage, methods: storageMethods, on: router) { request async throws(RPCError) in
      await heard(request)
      switch request.method {
      case "storage.lease":
        return [
          "jobs": [
            [
              "id": "j1", "kind": "round", "payload": ["x": 1], "tenant": "t1", "principal": ["kind": "user", "id": "7"], "attempt": 1,
              "epoch": 4,
            ]
          ]
        ]
      case "storage.renew": return ["expires_in_ms": request.params["ttl_ms"]]
      case "storage.read": return request.meta
      default: return [:]
      }
    }
    return (router, try await FakePlugin.start(worker, methods: [], on: router))
  }

  private func lease(_ worker: FakePlugin, ttl: Int = 30_000) async throws -> JSON {
    let answer = try await worker.call("jobs.lease", ["queue": "rounds", "max": 1, "ttl_ms": .int(ttl), "wait_ms": 0])
    return answer["jobs"][0]
  }

  @Test func `a leased job is a cause with its own tenant and principal`() async throws {
    let (_, worker) = try await bench { request in
      if request.method == "storage.lease" {
        #expect(request.meta["system"] == true && request.params["worker"] == "worker#1")
      }
    }
    let job = try await lease(worker)
    #expect(job["id"] == "j1" && job["payload"] == ["x": 1] && job["principal"].isNull)
    let seen = try await worker.call("storage.read", [:], meta: ["cause": job["cause"]])
    #expect(seen["tenant"] == "t1" && seen["principal"] == ["kind": "user", "id": "7"] && seen["request_id"] == "job:j1")
  }

  @Test func `a lease that ended is no cause`() async throws {
    let (_, worker) = try await bench()
    let job = try await lease(worker, ttl: 1)
    let deadline = ContinuousClock.now + .seconds(10)
    while ContinuousClock.now < deadline {
      do throws(RPCError) {
        _ = try await worker.call("storage.read", [:], meta: ["cause": job["cause"]])
      } catch {
        #expect(error.code == .denied)
        break
      }
    }
    let error = await #expect(throws: RPCError.self) { try await worker.call("jobs.renew", ["cause": job["cause"], "ttl_ms": 5]) }
    #expect(error?.applicationCode == "lease_lost")
  }

  @Test func `a lease is renewed and released by its cause`() async throws {
    let released = Mutex<[JSON]>([])
    let (_, worker) = try await bench { request in
      if request.method == "storage.release" { released.withLock { $0.append(request.params) } }
    }
    let job = try await lease(worker)
    #expect(try await worker.call("jobs.renew", ["cause": job["cause"], "ttl_ms": 60_000]) == ["expires_in_ms": 60_000])
    #expect(try await worker.call("jobs.release", ["cause": job["cause"], "retry_in_ms": 500]) == [:])
    #expect(released.withLock { $0 } == [["job": "j1", "epoch": 4, "retry_in_ms": 500]])
    let error = await #expect(throws: RPCError.self) { try await worker.call("storage.read", [:], meta: ["cause": job["cause"]]) }
    #expect(error?.code == .denied)
  }

  @Test func `a completed job needs no release in storage`() async throws {
    let (_, worker) = try await bench { #expect($0.method != "storage.release") }
    let job = try await lease(worker)
    #expect(try await worker.call("jobs.release", ["cause": job["cause"], "retry_in_ms": .null]) == [:])
  }

  @Test func `a dead worker's leases are released at once`() async throws {
    let released = Gate()
    let (_, worker) = try await bench { request in
      guard request.method == "storage.release" else { return }
      #expect(request.params == ["job": "j1", "epoch": 4, "retry_in_ms": 0])
      released.open()
    }
    _ = try await lease(worker)
    try await worker.die()
    await released.wait()
  }

  @Test func `a lease that comes after its worker's death is released`() async throws {
    let (asked, answer, released) = (Gate(), Gate(), Gate())
    let (_, worker) = try await bench { request in
      if request.method == "storage.lease" {
        asked.open()
        await answer.wait()
      }
      if request.method == "storage.release" { released.open() }
    }
    async let leasing = try? lease(worker)
    await asked.wait()
    try await worker.die()
    answer.open()
    await released.wait()
    #expect(await leasing == nil)
  }

  @Test func `leasing needs the grant`() async throws {
    let (router, _) = try await bench()
    let other = try await FakePlugin.start(PluginPolicy(id: "other", requires: ["storage"]), methods: [], on: router)
    let error = await #expect(throws: RPCError.self) { try await lease(other) }
    #expect(error?.code == .denied)
  }
}
