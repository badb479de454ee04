import Foundation
import JSONRPC
import PluginKit
import PluginProtocol
import TestSupport
import Testing

@testable import Chat
@testable import Execution
@testable import Ingest
@testable import LLMOffline
@testable import Projects
@testable import Selection
@testable import StorageSQLite

/// A wish becomes files between the real storage, chat, selection and offline model, each behind its own socket; only router and sandbox are
/// played.
@Suite(.serialized, .timeLimit(.minutes(3))) struct HouseTests {
  private static let tenant = ScriptedHost.tenant

  @Test(arguments: [false, true])
  func `a wish becomes checked files and fills every page`(sharded: Bool) async throws {
    let house = try await House()
    let (project, conversation) = try await house.begin()
    let words: JSON = ["content": "A landing page for a bakery with opening hours, a menu and a contact form"]
    _ = try await house.chat.call("chat.send", ["path": ["id": conversation], "body": words], tenant: Self.tenant)
    let execution = try await house.execution()
    let reply = try await execution.call(
      "execution.start", ["path": ["id": project], "body": ["use_task_sharding": .bool(sharded)]], tenant: Self.tenant,
      operationID: UUID().uuidString)
    let id = reply["body"]["execution_round_id"]
    let status = try await house.end(of: id, execution)
    #expect(status["status"] == "completed", "\(status)")
    let jobs = Set(
      try await house.rows("requirement_execution", .inline(.fields("celery_task_id"))).compactMap { $0["celery_task_id"].string }.filter {
        !$0.isEmpty
      })
    #expect(jobs.count == (sharded ? 4 : 0))
    #expect(status["usage"]["total_tokens"].int ?? 0 > 0)
    #expect(status["progress"]["progress_percent"] == 100)

    let detail = try await execution.call("execution.show", ["path": ["id": id]], tenant: Self.tenant)["body"]
    #expect(detail["passed_requirements"] == detail["total_requirements"])
    #expect(detail["failed_requirements"] == 0)
    for collection in HouseTests.pages { #expect(try await !house.rows(collection).isEmpty, "no \(collection)") }
    let tasks = try await house.rows("task")
    #expect(tasks.count == 4)
    #expect(tasks.allSatisfy { $0["status"] == "Complete" })
    let after = try await house.rows("project")[0]
    #expect(after["phase"] == "delivery")
    #expect(after["progress"] == 100)

    let artifacts = try await execution.call("execution.round_artifacts", ["path": ["id": id]], tenant: Self.tenant)["body"].array ?? []
    #expect(Set(artifacts.compactMap { $0["file_path"].string }).isSuperset(of: ["index.html", "README.md", "checks/run.sh"]))
    let page = artifacts.first { $0["file_path"] == "index.html" }?["id"] ?? .null
    let content = try await execution.call("execution.artifact_content", ["path": ["id": page]], tenant: Self.tenant)["body"]
    #expect(content["content"].string?.contains("part:REQ-002") == true)
    try await house.isAnswered(id, project, execution)
    try await execution.shutdown()
    try await house.close()
  }

  /// The collections no page of which may be empty after a run.
  private static let pages = [
    "execution_round", "execution_progress", "requirement_execution", "execution_artifact", "execution_log", "execution_checkpoint",
    "agent_selection_decision", "team_member", "task", "agent_thinking", "agent_task_item", "agent_collaboration", "folder", "file",
    "project_decision", "project_file_registry", "usage_record", "execution_record", "timeline_event",
  ]

  @Test func `a cancelled round writes nothing more and goes on when it is resumed`() async throws {
    let house = try await House(scenario: ["rules": [["match": ["purpose": "qa", "nth": 1], "delay_ms": 600]]])
    let (project, conversation) = try await house.begin()
    _ = try await house.chat.call(
      "chat.send", ["path": ["id": conversation], "body": ["content": "A page with opening hours"]], tenant: Self.tenant)
    let execution = try await house.execution()
    let start: JSON = ["path": ["id": project], "body": [:]]
    let id = try await execution.call("execution.start", start, tenant: Self.tenant, operationID: UUID().uuidString)["body"][
      "execution_round_id"]
    try await house.wait { try await !house.rows("requirement_execution").filter { $0["code_result"] != .null }.isEmpty }
    _ = try await execution.call("execution.cancel", ["path": ["id": id]], tenant: Self.tenant, operationID: UUID().uuidString)
    #expect(try await house.end(of: id, execution)["status"] == "cancelled")
    let resume: JSON = ["path": ["id": id], "body": [:]]
    let resumed = try await execution.call("execution.resume", resume, tenant: Self.tenant, operationID: UUID().uuidString)
    #expect(resumed["body"]["resumed_from"]["checkpoint_id"].string != nil)
    let end = try await house.end(of: id, execution)
    #expect(end["status"] == "completed")
    // Taken up at once: a worker that had to wait for a lease to end would have recovered the round.
    #expect(try await house.events(id, "execution_resumed").count == 1)
    #expect(try await house.events(id, "execution_started").count == 2)
    try await execution.shutdown()
    try await house.close()
  }
}

/// The plugins of one tenant.
private struct House {
  static let tenant = ScriptedHost.tenant
  let folder: URL
  let storage: PluginHarness<StorageSQLitePlugin>
  let model: PluginHarness<LLMOfflinePlugin>
  let chat: PluginHarness<ChatPlugin>
  let selection: PluginHarness<SelectionPlugin>
  let collections: JSON
  private let sandbox: ScriptedHost

  init(scenario: JSON? = nil) async throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "house-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    var config: JSONObject = [:]
    if let scenario {
      let file = folder.appending(path: "scenario.json")
      try scenario.text.write(to: file, atomically: true, encoding: .utf8)
      config["scenario"] = .string(file.path)
    }
    let storage = try await PluginHarness(StorageSQLitePlugin.self, paths: ["state": folder.path])
    let model = try await PluginHarness(LLMOfflinePlugin.self, config: config)
    let all = [
      ChatPlugin.contributions, ProjectsPlugin.contributions, IngestPlugin.contributions, SelectionPlugin.contributions,
      ExecutionMain.contributions,
    ]
    collections = .array(all.flatMap(\.collections).map(\.json))
    _ = try await storage.call("storage.migrate", ["collections": collections], system: true)
    chat = try await PluginHarness(ChatPlugin.self) { method, params, meta throws(RPCError) in
      if method == "llm.complete@llm-offline" { return try await model.call("llm.complete", params) }
      return try await House.forward(storage, method, params, meta)
    }
    selection = try await PluginHarness(SelectionPlugin.self) { method, params, meta throws(RPCError) in
      try await House.forward(storage, method, params, meta)
    }
    self.storage = storage
    self.model = model
    sandbox = ScriptedHost()
  }

  /// As the router would: with the tenant, or for the whole system when that is asked for.
  private static func forward(
    _ storage: PluginHarness<StorageSQLitePlugin>, _ method: String, _ params: JSON, _ meta: JSON
  ) async throws(RPCError) -> JSON {
    let isSystem = meta["system"].bool == true
    let operation = meta["operation_id"].string ?? UUID().uuidString
    return try await storage.call(method, params, tenant: isSystem ? nil : tenant, operationID: operation, system: isSystem)
  }

  func execution() async throws -> PluginHarness<ExecutionMain> {
    let (storage, chat, selection, sandbox, collections) = (storage, chat, selection, sandbox, collections)
    return try await PluginHarness(
      ExecutionMain.self, config: ["workers": 1, "heartbeat_ms": 50], paths: ["workspaces": sandbox.root]
    ) { method, params, meta throws(RPCError) in
      switch method {
      case "sandbox.spawn": return try await sandbox.answer(method, params, meta)
      case "models.complete": return try await chat.call(method, params, tenant: House.tenant)
      case "selection.select": return try await selection.call(method, params, tenant: House.tenant)
      case "catalogue.collections": return ["collections": collections]
      case "jobs.lease": return try await House.lease(storage, params)
      case "jobs.renew", "jobs.release":
        let parts = (params["cause"].string ?? "").split(separator: ":").map(String.init)
        let job: JSONObject = ["job": .string(parts[1]), "epoch": .int(Int64(parts[2]) ?? 0)]
        var more = params.object ?? [:]
        more["cause"] = nil
        return try await storage.call(
          method == "jobs.renew" ? "storage.renew" : "storage.release", .object(job.merging(more)), system: true)
      default: return try await House.forward(storage, method, params, meta)
      }
    }
  }

  private static func lease(_ storage: PluginHarness<StorageSQLitePlugin>, _ params: JSON) async throws(RPCError) -> JSON {
    let wanted: JSONObject = (params.object ?? [:]).merging(["worker": "w1", "wait_ms": 50])
    let jobs = try await storage.call("storage.lease", .object(wanted), system: true)["jobs"].array ?? []
    return [
      "jobs": .array(
        jobs.map { job in
          let cause = "job:\(job["id"].string ?? ""):\(job["epoch"].int ?? 0)"
          return .object((job.object ?? [:]).merging(["cause": .string(cause)]))
        })
    ]
  }

  /// A project with its main conversation.
  func begin() async throws -> (project: JSON, conversation: JSON) {
    let results = try await transact([
      .insert(.init("project", ["name": "Bakery"], as: "project")),
      .insert(.init("conversation", ["project": StorageValue.ref("project")], as: "talk")),
      .update(.init("project", filter: [.eq("id", StorageValue.ref("project"))], set: ["main_conversation": StorageValue.ref("talk")])),
      .insert(.init("agent", ["name": "Ada", "agent_no": "A1", "duty": "Frontend", "detail": "Builds pages with HTML and CSS"])),
    ])
    return (results[0]["ids"][0], results[1]["ids"][0])
  }

  func transact(_ steps: [StorageStep]) async throws -> [JSON] {
    let params: JSON = ["steps": .array(steps.map(\.json))]
    return try await storage.call("storage.transact", params, tenant: House.tenant, operationID: UUID().uuidString)["results"].array ?? []
  }

  func rows(_ collection: String, _ shape: ShapeReference = "detail") async throws -> [JSON] {
    let read = StorageRead.select(.init(collection, limit: 1000, shape: shape))
    return try await storage.call("storage.read", read.json, tenant: House.tenant)["rows"].array ?? []
  }

  func events(_ round: JSON, _ type: String) async throws -> [JSON] {
    let all = try await storage.call("storage.events", ["round": round, "after": 0, "limit": 1000], tenant: House.tenant)["events"]
    return (all.array ?? []).filter { $0["type"].string == type }
  }

  /// The status of a round once it is over.
  func end(of id: JSON, _ execution: PluginHarness<ExecutionMain>) async throws -> JSON {
    var status: JSON = .null
    try await wait {
      status = try await execution.call("execution.status", ["path": ["id": id]], tenant: House.tenant)["body"]
      return ["completed", "failed", "cancelled"].contains(status["status"].string)
    }
    return status
  }

  /// Looks until it holds, for at most 60 s.
  func wait(_ condition: () async throws -> Bool) async throws {
    let end = ContinuousClock.now + .seconds(60)
    while ContinuousClock.now < end {
      if try await condition() { return }
      try await Task.sleep(for: .milliseconds(10))
    }
    Issue.record("waited in vain")
  }

  /// Every read method answers with something after a run.
  func isAnswered(_ id: JSON, _ project: JSON, _ execution: PluginHarness<ExecutionMain>) async throws {
    let params: JSON = ["path": ["id": id], "query": [:], "base_url": "http://x"]
    for method in ["logs", "events", "round_artifacts"] {
      let body = try await execution.call("execution.\(method)", params, tenant: House.tenant)["body"]
      #expect((body.array ?? body["results"].array)?.isEmpty == false, "\(method)")
    }
    let page = try await execution.call("execution.artifacts", params, tenant: House.tenant)["body"]
    #expect(page["count"].int ?? 0 > 3)
    let history = try await execution.call("execution.history", params, tenant: House.tenant)["body"]
    #expect(history["results"][0]["artifact_count"].int ?? 0 > 3)
    let stats = try await execution.call("execution.history_stats", params, tenant: House.tenant)["body"]
    #expect(stats["success_rate"] == 100.0)
    #expect(stats["by_agent"].array?.isEmpty == false)
    let state = try await execution.call("execution.stream_state", params, tenant: House.tenant)
    #expect(state["finished"] == true)
    #expect(state["events"].array?.map { $0["event"] } == ["completed", "execution_completed"])
    let active = try await execution.call("execution.tenant_stream_state", params, tenant: House.tenant)
    #expect(active["state"]["active_executions"] == [])
  }

  func close() async throws {
    try await chat.shutdown()
    try await selection.shutdown()
    try await model.shutdown()
    try await storage.shutdown()
    try FileManager.default.removeItem(at: folder)
    try? FileManager.default.removeItem(atPath: sandbox.root)
  }
}
