import JSONRPC
import PluginKit
import PluginProtocol
import TestSupport
import Testing
import UnixTransport

@Suite(.timeLimit(.minutes(1))) struct PluginLifeTests {
  @Test func `serves from initialize to shutdown`() async throws {
    let harness = try await PluginHarness(
      Probe.self, config: ["a": 1], secrets: ["key": "hush"], paths: ["state": "/var/lib/x"], incarnation: 3)
    #expect(
      try await harness.call("probe.start", [:]) == ["config": ["a": 1], "secrets": 1, "state": "/var/lib/x", "incarnation": 3])
    #expect(try await harness.call("$/describe", [:]) == Probe.contributions.json)
    #expect(try await harness.shutdown() == .shutdown)
  }

  @Test func `tells handlers who asks`() async throws {
    let harness = try await PluginHarness(Probe.self)
    let answer = try await harness.call(
      "probe.meta", [:], tenant: "t-1", principal: ["kind": "key", "id": "k-1", "role": "admin"], operationID: "o-1", system: true,
      meta: ["request_id": "r-1", "traceparent": "00-ab"])
    let expected: JSON = [
      "tenant": "t-1", "principal": "key k-1 admin", "operation": "o-1", "request": "r-1", "trace": "00-ab", "system": true,
      "deadline": true,
    ]
    #expect(answer == expected)
  }

  @Test func `refuses a host of another protocol`() async throws {
    let harness = try await PluginHarness(Probe.self)
    let error = await #expect(throws: RPCError.self) { try await harness.call("$/initialize", ["protocol": [2, 3]]) }
    #expect(error == RPCError(.version, "hivecore-probe speaks protocol 1, the host [2,3]"))
  }

  @Test(arguments: ["refuse", "refuse_ready"])
  func `ends with exit code 78 when the operator must act`(key: String) async throws {
    let error = await #expect(throws: RPCError.self) {
      try await PluginHarness(Probe.self, config: JSONObject([(key, "model: unknown")]))
    }
    #expect(error?.applicationCode == "configuration")
    #expect(error?.message == "model: unknown")
    #expect(PluginEnd.configuration("x").exitCode == 78)
  }

  @Test func `ends when its background work fails`() async throws {
    let harness = try await PluginHarness(Probe.self, config: ["run_fails": true])
    #expect(try await harness.end() == .failed("Secret()"))
  }

  @Test func `ends when the host is gone`() async throws {
    let harness = try await PluginHarness(Probe.self)
    harness.connection.close()
    #expect(try await harness.end() == .hostGone)
  }

  @Test func `drains: background work ends, running requests finish, new ones are refused`() async throws {
    let asked = AsyncStream.makeStream(of: Void.self)
    let answer = AsyncStream.makeStream(of: Void.self)
    let harness = try await PluginHarness(Probe.self) { _, _, _ throws(RPCError) in
      asked.continuation.yield()
      for await _ in answer.stream { break }
      return ["late": true]
    }
    async let late = harness.call("probe.call", [:])
    for await _ in asked.stream { break }
    async let drained = harness.call("$/drain", [:])
    var seen: [String] = []
    for await note in harness.notifications {
      seen.append(note.method)
      if note.method == "probe.drained" { break }
    }
    #expect(seen == ["probe.running", "probe.stopped", "probe.drained"])
    let refusal = await #expect(throws: RPCError.self) { try await harness.call("probe.start", [:]) }
    #expect(refusal?.code == .draining)
    #expect(try await harness.call("$/ping", [:]) == [:])
    answer.continuation.yield()
    #expect(try await late == ["late": true])
    #expect(try await drained == [:])
    _ = try await harness.call("$/shutdown", [:])
    #expect(try await harness.end() == .shutdown)
  }
}
