import Foundation
import JSONRPC
import PluginKit
import TestSupport
import Testing

@testable import Execution

extension ScriptedHost {
  /// A whole round in a plugin of its own.
  nonisolated func lead(_ body: JSONObject) async throws {
    let harness = try await harness()
    try await begin(harness, body)
    try await wait { ["completed", "failed", "cancelled"].contains(await status) }
    try await harness.shutdown()
    try? FileManager.default.removeItem(atPath: root)
  }

  @discardableResult
  nonisolated func begin(_ harness: PluginHarness<ExecutionMain>, _ body: JSONObject = [:]) async throws -> JSON {
    let reply = try await harness.call(
      "execution.start", ["path": ["id": 7], "body": .object(body)], tenant: ScriptedHost.tenant, operationID: "the one round")
    #expect(reply["status"] == 202)
    return reply["body"]["execution_round_id"]
  }

  nonisolated func harness() async throws -> PluginHarness<ExecutionMain> {
    try await PluginHarness(ExecutionMain.self, config: ["workers": 1, "heartbeat_ms": 20], paths: ["workspaces": root]) {
      (method, params, meta) async throws(RPCError) -> JSON in try await self.answer(method, params, meta)
    }
  }

  /// Looks until it holds, for at most 300 s: a busy machine takes its time for all the git processes.
  nonisolated func wait(_ condition: () async -> Bool) async throws {
    let end = ContinuousClock.now + .seconds(300)
    while ContinuousClock.now < end {
      if await condition() { return }
      try await Task.sleep(for: .milliseconds(5))
    }
    Issue.record("waited in vain; the round is \(await status): \(await round["error_message"]?.string ?? "")")
  }
}
