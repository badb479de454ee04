import Foundation
import JSONRPC
import PluginKit
import PluginProtocol
import TestSupport

@testable import Execution

/// A host of one round: storage in memory, a scripted model with a journal, and a sandbox that really runs commands in a folder.
actor ScriptedHost {
  static let tenant = "00000000-0000-4000-8000-000000000001"

  var storage = TinyStorage() {
    didSet { change() }
  }
  let model: ScriptedModel
  /// Recorded replies by key; the request they were given to.
  private var journal: [String: (request: JSON, reply: JSON)] = [:]
  /// How often the model really answered.
  var modelCalls: Int { asked.count }
  /// The steps the model really answered for, sorted.
  private(set) var asked: [String] = []
  private(set) var mismatches = 0
  private(set) var commands: [[String]] = []
  let root: String
  var isLeased: Bool { storage.jobs.contains(where: \.isLeased) }
  /// Commands that run now, and whether a loss of leases waits for their end, as the host ends those of a lost worker.
  private var running = 0 {
    didSet { change() }
  }
  private var isLosing = false
  /// The lease is lost right after this transaction, or before it when negative.
  private let loseAt: Int?
  private(set) var transactions = 0
  /// How often each method is away before it answers.
  var outages: [String: Int] = [:]
  /// Tells when a model call for this purpose comes in, and lets it wait.
  private var holdPurpose: String?
  private(set) var isHolding = false
  /// Who waits for something here to become otherwise.
  private var watchers: [AsyncStream<Void>.Continuation] = []
  /// What the selection was told, by outcome.
  private(set) var outcomes: [String: [JSON]] = [:]

  init(model: ScriptedModel = ScriptedModel(), loseAt: Int? = nil, holdPurpose: String? = nil, agreed: Int = 2) {
    self.model = model
    self.loseAt = loseAt
    self.holdPurpose = holdPurpose
    root = FileManager.default.temporaryDirectory.appending(path: "hive-\(UUID().uuidString)").path
    storage.rows["project"] = [["id": 7, "name": "Page", "main_conversation": 5]]
    storage.rows["agent"] = [["id": 3, "name": "Ada", "duty": "Builder", "agent_no": "1"]]
    storage.rows["requirement"] = (1...agreed).map { number in
      [
        "id": .int(number), "conversation": 5, "type": "requirement", "content": .string("part \(number)"),
        "delivery_standards": [["id": .int(10 + number), "content": .string("part \(number) shows")]],
      ]
    }
    try? FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
  }

  nonisolated func answer(_ method: String, _ params: JSON, _ meta: JSON) async throws(RPCError) -> JSON {
    switch method {
    case "sandbox.spawn":
      await note(params["argv"].strings)
      do throws(RPCError) {
        let result = try await spawn(params)
        await ended()
        return result
      } catch {
        await ended()
        throw error
      }
    case "jobs.lease": return await lease(params["queue"].string ?? "")
    default: return try await serve(method, params, meta)
    }
  }

  private func serve(_ method: String, _ params: JSON, _ meta: JSON) async throws(RPCError) -> JSON {
    if let left = outages[method], left > 0 {
      outages[method] = left - 1
      throw RPCError(.unavailable, "\(method) is away")
    }
    switch method {
    case "storage.read": return try storage.read(params)
    case "storage.transact": return try transact(params, meta["operation_id"].string)
    case "models.complete": return try await complete(params)
    case "selection.select":
      return ["selected_agent_id": "3", "decision_source": "system", "ranking": [["agent_id": "3", "name": "Ada", "selection_order": 0]]]
    case "selection.record_outcome":
      outcomes[params["outcome_id"].string ?? "", default: []].append(params)
      return [:]
    case "catalogue.collections":
      return ["collections": .array(ScriptedHost.collections.map { ["name": .string($0)] })]
    case "jobs.renew":
      guard storage.jobs.contains(where: { $0.isLeased && .string("\($0.id)/\($0.epoch)") == params["cause"] }) else {
        throw .application("lease_lost", status: 409, "the lease is lost")
      }
      return ["expires_in_ms": 1_000]
    case "jobs.release":
      let id = params["cause"].string?.split(separator: "/").first.map(String.init)
      if let index = storage.jobs.firstIndex(where: { $0.id == id }) {
        storage.jobs[index].isHeld = false
        if storage.jobs[index].isLeased { storage.jobs[index].isLeased = false }
      }
      return [:]
    default: throw RPCError(.unavailable, "nothing serves \(method)")
    }
  }

  static let collections = [
    "project", "agent", "team_member", "task", "agent_thinking", "agent_task_item", "agent_collaboration", "folder", "file",
    "project_decision", "project_file_registry", "execution_round", "execution_progress", "requirement_execution", "execution_artifact",
    "execution_log", "execution_checkpoint", "agent_selection_decision", "usage_record", "execution_record", "timeline_event",
  ]

  private func transact(_ params: JSON, _ operation: String?) throws(RPCError) -> JSON {
    let isFenced = params["steps"].array?.contains { $0["op"] == "fence" } ?? false
    if isFenced { transactions += 1 }
    if isFenced, let loseAt, transactions == -loseAt { lose() }
    let reply = try storage.transact(params, operation: operation)
    if isFenced, let loseAt, transactions == loseAt {
      lose()
      throw .application("lease_lost", status: 409, "the lease is lost")
    }
    return reply
  }

  /// Lets model calls pass from now on.
  func stopHolding() {
    holdPurpose = nil
    isHolding = false
    change()
  }

  private func change() {
    for watcher in watchers { watcher.finish() }
    watchers = []
  }

  /// Returns at the next change, or when the task is cancelled.
  private func changed() async {
    let (changes, watcher) = AsyncStream.makeStream(of: Void.self)
    watchers.append(watcher)
    for await _ in changes {}
  }

  private func lose() {
    for index in storage.jobs.indices { storage.jobs[index].isLeased = false }
    isLosing = true
  }

  private func lease(_ queue: String) async -> JSON {
    if running == 0 { isLosing = false }
    guard !isLosing, let index = storage.jobs.firstIndex(where: { $0.queue == queue && !$0.isDone && !$0.isHeld }) else {
      await changed()
      return ["jobs": []]
    }
    storage.jobs[index].isLeased = true
    storage.jobs[index].isHeld = true
    storage.jobs[index].epoch += 1
    let job = storage.jobs[index]
    let more: JSONObject = [
      "tenant": .string(ScriptedHost.tenant), "epoch": .int(job.epoch), "cause": .string("\(job.id)/\(job.epoch)"),
    ]
    return ["jobs": [.object(job.json.merging(more))]]
  }

  private func complete(_ params: JSON) async throws(RPCError) -> JSON {
    let key = params["journal"].text
    if let known = journal[key] {
      guard known.request.text == params.text else {
        mismatches += 1
        throw .application("journal_mismatch", status: 409, "another request under \(key)")
      }
      return known.reply
    }
    if params["purpose"].string == holdPurpose {
      isHolding = true
      while isHolding, !Task.isCancelled { await changed() }
    }
    asked.append("\(params["journal"]["step"].string ?? "") \(params["journal"]["call"].int ?? 0)")
    asked.sort()
    let reply: JSON = [
      "text": .string(model.reply(params)), "usage": ["input_tokens": 100, "output_tokens": 50], "cost_usd": 0.001, "replayed": false,
    ]
    journal[key] = (params, reply)
    return reply
  }

  // MARK: - The sandbox

  private nonisolated func spawn(_ params: JSON) async throws(RPCError) -> JSON {
    let argv = params["argv"].strings
    var environment = ["PATH": "/usr/bin:/bin"]
    for (name, value) in params["env"].object?.members ?? [] { environment[name] = value.string }
    do {
      let result = try await RunningProcess.run(
        program: URL(filePath: "/usr/bin/env"), arguments: argv, onlyEnvironment: environment,
        directory: URL(filePath: "\(root)/\(params["workspace"].string ?? "")"))
      return ["exit_code": .int(result.code), "timed_out": false, "stdout": .string(result.output), "stderr": .string(result.errors)]
    } catch {
      throw RPCError(.internal, "\(error)")
    }
  }

  private func note(_ argv: [String]) {
    commands.append(argv)
    running += 1
  }

  private func ended() { running -= 1 }
}

extension ScriptedHost {
  /// What was delivered, by path.
  var delivered: [String: String] {
    Dictionary(storage["execution_artifact"].map { ($0["file_path"]?.string ?? "", $0["content"]?.string ?? "") }) { first, _ in first }
  }

  var round: JSONObject { storage["execution_round"].first ?? [:] }

  var status: String { round["status"]?.string ?? "" }

  func events(_ type: String) -> [JSON] { storage.events.filter { $0.type == type }.map(\.data) }

  /// The commit the last checkpoint stands at.
  var head: String { storage["execution_checkpoint"].last?["state"]?["head"].string ?? "" }

  func setOutages(_ outages: [String: Int]) { self.outages = outages }
}
