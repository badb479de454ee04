import Foundation
import JSONRPC
import PluginKit
import TestSupport
import Testing

@testable import Execution

/// Whole rounds through the plugin, over a real socket, with real git in real folders.
@Suite(.serialized) struct RoundTests {
  @Test func `delivers what was agreed and fills every page`() async throws {
    let host = ScriptedHost()
    try await run(host)
    #expect(await host.status == "completed")
    #expect(
      await host.delivered == [
        "index.html": "<html><body><!-- REQ-002 --></body></html>\n", "parts/REQ-001.html": "<p>REQ-001 after 0 hints</p>\n",
        "checks/REQ-001.sh": "grep -q 'REQ-001' parts/REQ-001.html && echo 'PASS REQ-001.1'\n",
        "parts/REQ-002.html": "<p>REQ-002 after 0 hints</p>\n",
        "checks/REQ-002.sh": "grep -q 'REQ-002' parts/REQ-002.html && echo 'PASS REQ-002.1'\n",
      ])
    for collection in ScriptedHost.collections where collection != "usage_record" {
      #expect(await !host.storage[collection].isEmpty, "no \(collection)")
    }
    #expect(await host.round["passed_requirements"] == 2)
    #expect(await host.round["total_llm_calls"]?.int == Int64(host.modelCalls))
    #expect(await host.storage["project"].first?["phase"] == "delivery")
    #expect(await host.storage["task"].allSatisfy { $0["status"] == "Complete" && $0["progress"] == 100 })
    #expect(await host.storage["execution_checkpoint"].count == RoundRows.checkpointLimit)
    #expect(await host.storage["requirement_execution"].allSatisfy { $0["is_passed"] == true })
    for type in ["execution_started", "task_started", "task_completed", "artifact_created", "execution_completed", "round_completed"] {
      #expect(await !host.events(type).isEmpty, "no \(type)")
    }
    let percents = await host.events("execution_progress").compactMap { $0["progress_percent"].int }
    #expect(percents == percents.sorted())
  }

  private func run(_ host: ScriptedHost, body: JSONObject = [:], until: Set<String> = ["completed", "failed", "cancelled"]) async throws {
    let harness = try await start(host)
    _ = try await harness.call("execution.start", ["path": ["id": 7], "body": .object(body)], tenant: ScriptedHost.tenant)
    try await wait { until.contains(await host.status) }
    try await harness.shutdown()
  }

  private func start(_ host: ScriptedHost) async throws -> PluginHarness<ExecutionMain> {
    try await PluginHarness(ExecutionMain.self, config: ["workers": 1, "heartbeat_ms": 20], paths: ["workspaces": host.root]) {
      (method, params, meta) async throws(RPCError) -> JSON in try await host.answer(method, params, meta)
    }
  }

  /// Looks until it holds, for at most 60 s.
  private func wait(_ condition: () async -> Bool) async throws {
    let end = ContinuousClock.now + .seconds(60)
    while ContinuousClock.now < end {
      if await condition() { return }
      try await Task.sleep(for: .milliseconds(5))
    }
    Issue.record("waited in vain")
  }
}
