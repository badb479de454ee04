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

  /// A round of two requirements in one pass takes this many fenced transactions.
  private static let transactions = 27

  @Test(arguments: Array(1...transactions) + [-3, -9, -14, -21])
  func `goes on after a worker is lost at any step, with the same bytes and no call twice`(at transaction: Int) async throws {
    let undisturbed = try await Undisturbed.shared.host { try await run($0) }
    let disturbed = ScriptedHost(loseAt: transaction)
    try await run(disturbed)
    #expect(await disturbed.status == "completed")
    #expect(await disturbed.delivered == undisturbed.delivered)
    let (asked, wanted) = (await disturbed.asked, await undisturbed.asked)
    #expect(asked == wanted, "\(asked) instead of \(wanted)")
    #expect(await disturbed.mismatches == 0)
    #expect(await disturbed.head == undisturbed.head)
    for type in ["execution_started", "task_started", "task_completed", "artifact_created", "round_completed"] {
      #expect(await disturbed.events(type).count == undisturbed.events(type).count, "\(type)")
    }
    #expect(await disturbed.storage["execution_log"].count == undisturbed.storage["execution_log"].count)
  }

  @Test func `an undisturbed round takes the transactions the tests above cut`() async throws {
    let host = ScriptedHost()
    try await run(host)
    #expect(await host.transactions == RoundTests.transactions)
  }

  @Test func `tries a requirement again with the reviewer's words and delivers its second work`() async throws {
    let bad = #"{"criteria":[{"id":"REQ-002.1","pass":false,"reason":"too small","recommendation":"enlarge"}],"improvements":["larger"]}"#
    let host = ScriptedHost(model: ScriptedModel(instead: ["qa/REQ-002/1": bad]))
    try await run(host)
    #expect(await host.status == "completed")
    #expect(await host.round["current_inner_round"] == 2)
    #expect(await host.delivered["parts/REQ-002.html"] == "<p>REQ-002 after 2 hints</p>\n")
    #expect(await host.storage["requirement_execution"].map { $0["is_passed"] ?? false } == [true, false, true])
    #expect(await host.events("inner_round_completed").map { $0["passed"] } == [1, 2])
  }

  @Test func `skips what waits for a failed requirement and fails when nothing passed`() async throws {
    let bad = #"{"criteria":[{"id":"REQ-001.1","pass":false,"reason":"wrong"}]}"#
    let host = ScriptedHost(model: ScriptedModel(instead: ["qa/REQ-001/1": bad]))
    try await run(host, body: ["max_rounds": 1])
    #expect(await host.status == "failed")
    #expect(await host.round["error_code"] == "requirements_failed")
    #expect(await host.storage["requirement_execution"].map { $0["status"] ?? .null } == ["completed", "skipped"])
    #expect(await host.delivered.isEmpty)
  }

  @Test func `asks once more for JSON it cannot read, then fails the step`() async throws {
    let once = ScriptedHost(model: ScriptedModel(instead: ["spec//1/1": "I would rather not."]))
    try await run(once)
    #expect(await once.status == "completed")
    let never = ScriptedHost(model: ScriptedModel(instead: ["spec//1": "no {"]))
    try await run(never)
    #expect(await never.status == "failed")
    #expect(await never.round["error_code"] == "planning_failed")
    #expect(await never.events("execution_failed").count == 1)
  }

  @Test(arguments: ["../../evil", "/etc/evil", ".git/hooks/post-merge"])
  func `writes nothing outside of the workspace`(path: String) async throws {
    let plan = "{\"files_plan\":[{\"path\":\"\(path)\",\"criteria_ids\":[\"REQ-001.1\"]}]}"
    let host = ScriptedHost(model: ScriptedModel(instead: ["blueprint/REQ-001/1": plan]), agreed: 1)
    try await run(host, body: ["max_rounds": 1])
    #expect(await host.status == "failed")
    #expect(await host.storage["requirement_execution"].first?["error_message"]?.string?.contains("outside") == true)
    #expect(!FileManager.default.fileExists(atPath: "\(host.root)/\(ScriptedHost.tenant)/evil"))
  }

  @Test func `waits for capabilities that are away`() async throws {
    let host = ScriptedHost()
    await host.setOutages([
      "models.complete": 2, "selection.select": 1, "storage.transact": 1, "storage.read": 1, "catalogue.collections": 1,
    ])
    let harness = try await host.harness()
    await host.setOutages(["storage.read": 0, "storage.transact": 0])
    try await host.begin(harness)
    await host.setOutages(["models.complete": 2, "selection.select": 1, "storage.transact": 1])
    try await host.wait { await host.status == "completed" }
    try await harness.shutdown()
    #expect(await host.delivered.count == 5)
  }

  @Test func `stops at once when it is cancelled and goes on when it is resumed`() async throws {
    let host = ScriptedHost(holdPurpose: "qa")
    let harness = try await host.harness()
    let id = try await host.begin(harness)
    try await host.wait { await host.isHolding }
    let cancelled = try await harness.call("execution.cancel", ["path": ["id": id]], tenant: ScriptedHost.tenant)
    #expect(cancelled["body"]["status"] == "cancelled")
    try await host.wait { await !host.isLeased }
    #expect(await host.status == "cancelled")
    #expect(await host.events("execution_cancelled").count == 1)
    await #expect(throws: RPCError.self) {
      try await harness.call("execution.cancel", ["path": ["id": id]], tenant: ScriptedHost.tenant)
    }
    await host.stopHolding()
    let resumed = try await harness.call("execution.resume", ["path": ["id": id], "body": [:]], tenant: ScriptedHost.tenant)
    #expect(resumed["body"]["status"] == "resumed")
    try await host.wait { await host.status == "completed" }
    try await harness.shutdown()
    #expect(await host.delivered.count == 5)
    #expect(await host.round["resume_count"] == 1)
  }

  @Test func `works straight on the delivery branch without pr_mode, and by edits in edit_mode`() async throws {
    let plan =
      #"{"files_plan":[{"path":"index.html","action":"modify","criteria_ids":["REQ-002.1"]}],"check_command":"echo PASS REQ-002.1"}"#
    let host = ScriptedHost(model: ScriptedModel(instead: ["blueprint/REQ-002/1": plan]))
    try await run(host, body: ["pr_mode": false, "edit_mode": true, "skip_validation": true])
    #expect(await host.status == "completed")
    #expect(await host.delivered["index.html"] == "<html><body><!-- REQ-002 --><p>REQ-002</p></body></html>\n")
    #expect(await host.storage["requirement_execution"].allSatisfy { $0["validation_result"] == nil })
    #expect(await !host.commands.contains { $0.joined().contains("worktree add") })
  }

  @Test func `undoes a merge whose checks are red on the delivery branch`() async throws {
    // In its own tree the file of the other part is not there yet: the check passes only there.
    let plan = """
      {"files_plan":[{"path":"parts/REQ-003.html","criteria_ids":["REQ-003.1"]}],
       "check_command":"test ! -e parts/REQ-002.html && echo PASS REQ-003.1"}
      """
    let host = ScriptedHost(model: ScriptedModel(instead: ["blueprint/REQ-003/1": plan, "blueprint/REQ-003/2": plan]), agreed: 3)
    try await run(host, body: ["max_rounds": 1])
    #expect(await host.status == "completed")
    #expect(await host.round["passed_requirements"] == 2)
    #expect(await host.delivered["parts/REQ-003.html"] == nil)
    #expect(await host.storage["execution_log"].contains { $0["message"]?.string?.contains("was undone") == true })
  }

  @Test func `tells the selection once how each requirement went`() async throws {
    let bad = #"{"criteria":[{"id":"REQ-002.1","pass":false,"reason":"wrong"}]}"#
    let host = ScriptedHost(model: ScriptedModel(instead: ["qa/REQ-002/1": bad]))
    try await run(host, body: ["max_rounds": 1])
    let told = await host.outcomes.values.compactMap(\.first).sorted { ($0["accepted"].bool ?? false) && !($1["accepted"].bool ?? false) }
    #expect(told.map { $0["accepted"] } == [true, false])
    #expect(told.map { $0["quality_score"].double } == [1, 0])
    #expect(told.allSatisfy { $0["agent_id"] == 3 && ($0["outcome_id"].string?.utf8.count ?? 99) <= 72 })
  }

  @Test func `takes a file from a reply that is a file block instead of JSON`() async throws {
    let block = "**File: parts/REQ-001.html**\n```html\n<p>REQ-001 in a block</p>\n```\n"
    let host = ScriptedHost(model: ScriptedModel(instead: ["file/parts/REQ-001.html": block]), agreed: 1)
    try await run(host)
    #expect(await host.status == "completed")
    #expect(await host.delivered["parts/REQ-001.html"]?.contains("in a block") == true)
  }

  @Test func `gives a conflicting merge back to the same agent`() async throws {
    let plan = #"{"files_plan":[{"path":"shared.txt","criteria_ids":["ID.1"]}],"check_command":"echo PASS ID.1"}"#
    var instead: [String: String] = [:]
    for id in ["REQ-002", "REQ-003"] { instead["blueprint/\(id)/1"] = plan.replacing("ID", with: id) }
    let host = ScriptedHost(model: ScriptedModel(instead: instead), agreed: 3)
    try await run(host)
    #expect(await host.status == "completed")
    #expect(await host.delivered["shared.txt"] == "<p>REQ-003 after 1 hints</p>\n")
    #expect(await host.storage["requirement_execution"].map { $0["is_passed"] ?? false } == [true, true, true])
  }

  private func run(_ host: ScriptedHost, body: JSONObject = [:]) async throws { try await host.lead(body) }
}

/// A round that nothing happened to, run once for all that compare with it.
private actor Undisturbed {
  static let shared = Undisturbed()
  private var done: ScriptedHost?

  func host(_ run: (ScriptedHost) async throws -> Void) async throws -> ScriptedHost {
    if let done { return done }
    let host = ScriptedHost()
    try await run(host)
    done = host
    return host
  }
}
