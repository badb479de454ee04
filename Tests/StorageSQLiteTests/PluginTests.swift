import Foundation
import JSONRPC
import PluginProtocol
import StorageConformance
import TestSupport
import Testing

@testable import StorageSQLite

/// The plugin behind its socket.
@Suite struct PluginTests {
  let directory = FileManager.default.temporaryDirectory.appending(path: "plugin-\(UUID().uuidString)").path

  private func start() async throws -> PluginHarness<StorageSQLitePlugin> {
    let harness = try await PluginHarness(StorageSQLitePlugin.self, paths: ["state": directory])
    _ = try await harness.call("storage.migrate", ["collections": .array(ConformanceWorld.collections.map(\.json))], system: true)
    return harness
  }

  @Test func `serves every method it describes, and announces events after the commit`() async throws {
    let harness = try await start()
    let steps: JSON = [
      ["op": "insert", "collection": "project", "values": ["name": "p"]],
      ["op": "event", "type": "made", "data": ["a": 1], "project": 1],
      ["op": "job_enqueue", "queue": "q", "kind": "k", "payload": [:]],
    ]
    let principal: JSON = ["kind": "user", "id": "7", "role": "owner"]
    _ = try await harness.call("storage.transact", ["steps": steps], tenant: ConformanceWorld.alice, principal: principal, operationID: "o")
    var announced: JSON = .null
    for await (method, params) in harness.notifications where method == "storage.committed" {
      announced = params["events"][0]
      break
    }
    #expect(announced["type"] == "made")
    #expect(announced["tenant"].string == ConformanceWorld.alice)
    #expect(announced["position"] == 1)
    #expect(announced["project"] == 1)
    let rows = try await harness.call("storage.read", ["op": "count", "collection": "project"], tenant: ConformanceWorld.alice)
    #expect(rows == ["count": 1])
    let jobs = try await harness.call(
      "storage.lease", ["queue": "q", "worker": "w", "max": 1, "ttl_ms": 600_000, "wait_ms": 5000], system: true)
    #expect(jobs["jobs"][0]["principal"] == principal)
    _ = try await harness.call("storage.renew", ["job": jobs["jobs"][0]["id"], "epoch": 1, "ttl_ms": 600_000], system: true)
    #expect(try await harness.call("storage.job", ["job": jobs["jobs"][0]["id"]], system: true)["principal"] == principal)
    _ = try await harness.call("storage.release", ["job": jobs["jobs"][0]["id"], "epoch": 1, "retry_in_ms": .null], system: true)
    #expect(try await harness.call("storage.events", [:], tenant: ConformanceWorld.alice)["last"] == 1)
    #expect(try await harness.call("storage.health", [:])["ok"] == true)
    let backup = try await harness.call("storage.backup", ["to": .string(directory + "/copy.db")], system: true)
    #expect((backup["bytes"].int ?? 0) > 0)
    try await harness.shutdown()
  }

  @Test func `a wait for jobs ends when the plugin drains`() async throws {
    let harness = try await start()
    async let waiting = harness.call(
      "storage.lease", ["queue": "none", "worker": "w", "max": 1, "ttl_ms": 600_000, "wait_ms": 600_000], system: true)
    // The wait is under way once a call that came after it is answered.
    _ = try await harness.call("storage.health", [:])
    try await harness.shutdown()
    #expect(try await waiting["jobs"] == [])
  }

  @Test func `a wrong configuration says not to start it again`() async throws {
    await #expect(throws: RPCError.self) {
      try await PluginHarness(StorageSQLitePlugin.self, config: ["readers": 99], paths: ["state": directory])
    }
  }
}
