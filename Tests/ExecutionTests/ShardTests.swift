import Foundation
import JSONRPC
import PluginKit
import TestSupport
import Testing

@testable import Execution

/// Rounds whose requirements are jobs of their own (DECISIONS 26).
@Suite(.serialized) struct ShardTests {
  private static let sharded: JSONObject = ["use_task_sharding": true]

  @Test(arguments: [true, false])
  func `gives each requirement a job of its own and delivers the same bytes`(parallel: Bool) async throws {
    let plain = ScriptedHost(agreed: 3)
    try await plain.lead(["parallel": .bool(parallel)])
    let host = ScriptedHost(agreed: 3)
    try await host.lead(ShardTests.sharded.merging(["parallel": .bool(parallel)]))
    #expect(await host.status == "completed")
    #expect(await host.delivered == plain.delivered)
    #expect(await host.head == plain.head)
    #expect(await host.asked == plain.asked)
    #expect(await host.storage.jobs.map(\.queue) == ["rounds", "requirements", "requirements", "requirements"])
    #expect(await host.storage.jobs.allSatisfy(\.isDone))
    let ids = await host.storage["requirement_execution"].compactMap { $0["celery_task_id"]?.string }
    #expect(ids.sorted() == ["job-2", "job-3", "job-4"])
    for type in ["task_started", "task_completed", "agent_completed", "inner_round_completed", "artifact_created"] {
      #expect(await host.events(type).count == plain.events(type).count, "\(type)")
    }
    #expect(await host.round["total_llm_calls"] == plain.round["total_llm_calls"])
    let percents = await host.events("execution_progress").compactMap { $0["progress_percent"].int }
    #expect(percents == percents.sorted())
  }

  @Test(arguments: [10, 11, 12, 13, 15, 17, 19, 22, 25, 28, -11, -14, -18, -23])
  func `goes on after all workers are lost, with the same bytes and no call twice`(at transaction: Int) async throws {
    let plain = ScriptedHost()
    try await plain.lead([:])
    let host = ScriptedHost(loseAt: transaction)
    try await host.lead(ShardTests.sharded)
    #expect(await host.status == "completed")
    #expect(await host.delivered == plain.delivered)
    #expect(await host.head == plain.head)
    #expect(await host.asked == plain.asked)
    #expect(await host.mismatches == 0)
    for type in ["task_started", "task_completed", "artifact_created", "round_completed"] {
      #expect(await host.events(type).count == plain.events(type).count, "\(type)")
    }
  }

  @Test func `tries a failed requirement again in another job`() async throws {
    let bad = #"{"criteria":[{"id":"REQ-002.1","pass":false,"reason":"too small"}]}"#
    let host = ScriptedHost(model: ScriptedModel(instead: ["qa/REQ-002/1": bad]))
    try await host.lead(ShardTests.sharded)
    #expect(await host.status == "completed")
    #expect(await host.storage.jobs.count == 4)
    #expect(await host.storage["requirement_execution"].map { $0["is_passed"] ?? false } == [true, false, true])
  }

  @Test func `gives a conflicting merge back in another job`() async throws {
    let plan = #"{"files_plan":[{"path":"shared.txt","criteria_ids":["ID.1"]}],"check_command":"echo PASS ID.1"}"#
    var instead: [String: String] = [:]
    for id in ["REQ-002", "REQ-003"] { instead["blueprint/\(id)/1"] = plan.replacing("ID", with: id) }
    let host = ScriptedHost(model: ScriptedModel(instead: instead), agreed: 3)
    try await host.lead(ShardTests.sharded)
    #expect(await host.status == "completed")
    #expect(await host.delivered["shared.txt"] == "<p>REQ-003 after 1 hints</p>\n")
    #expect(await host.storage.jobs.count == 5)
  }

  @Test func `works straight on the delivery branch without pr_mode`() async throws {
    let host = ScriptedHost()
    try await host.lead(ShardTests.sharded.merging(["pr_mode": false]))
    #expect(await host.status == "completed")
    #expect(await host.delivered.count == 5)
    #expect(await !host.commands.contains { $0.joined().contains("worktree add") })
  }

  @Test func `ends all jobs of a cancelled round, and makes new ones when it is resumed`() async throws {
    let host = ScriptedHost(holdPurpose: "qa")
    let harness = try await host.harness()
    let id = try await host.begin(harness, ShardTests.sharded)
    try await host.wait { await host.isHolding }
    _ = try await harness.call("execution.cancel", ["path": ["id": id]], tenant: ScriptedHost.tenant)
    try await host.wait { await !host.isLeased }
    #expect(await host.storage.jobs.allSatisfy(\.isDone))
    await host.stopHolding()
    _ = try await harness.call("execution.resume", ["path": ["id": id], "body": [:]], tenant: ScriptedHost.tenant)
    try await host.wait { await host.status == "completed" }
    try await harness.shutdown()
    #expect(await host.delivered.count == 5)
  }
}
