import JSONRPC
import PluginKit
import PluginProtocol

/// Rankings that agents report. Source: contract http.md, sections 11.7 and 14.1, agent-selection.
enum Selections {
  private static let noCandidates = "Missing required field: candidates (must be non-empty array)"

  static let routes: [RouteSpec] = [
    .rpc(
      "POST", "/api/v1/observability/ingest/agent-selection/", .ingest, "ingest.selection", status: 201,
      summary: "Stores the ranking of one selection in place of the earlier one.",
      body: [
        FieldSpec("execution_round_id", .uuid).demanded,
        FieldSpec.list("candidates", of: candidate, max: StorageRead.rowLimit).required(orElse: noCandidates),
        .choice("mode", ["replace", "replace_all"], default: "replace"),
      ]
    ).described(answer: .model("IngestAckBulk"), statuses: [404])
  ]

  private static let candidate: [FieldSpec] = [
    FieldSpec("agent_id", .json).nullable().shown(as: JSONSchema(["type": ["string", "integer", "null"]])),
    .text("agent_name", max: 100).defaults(""), .float("s_base_score"), .float("requirement_fit_score"), .float("total_score"),
    .json("scoring_breakdown", default: [:]), .json("requirement_fit_matched", default: [:]).shown(as: .map(of: .array(.string))),
    .json("requirement_fit_missing", default: [:]).shown(as: .map(of: .array(.string))),
    .json("requirement_fit_partial", default: [:]).shown(as: .map(of: .number)),
    .json("requirement_fit_rationales", default: []).shown(as: .array(.string)),
    .json("risk_notes", default: []).shown(as: .array(.string)),
    .boolean("is_cold_start", default: false), .boolean("cold_start_slot_reserved", default: false),
    .boolean("is_selected", default: false), .choice("decision_source", ["system", "user"], default: "system", max: 10),
    FieldSpec("reasons", .json).shown(as: .either(.string, .array(.string))), .text("role_assigned", max: 100).defaults(""),
    FieldSpec("selection_order", .integer), .integer("batch_index"),
  ]

  @Sendable static func ingest(_ request: Request) async throws -> JSON {
    let body = HTTPCall(try request.params).body
    let storage = Storage(request.host)
    let candidates = body["candidates"]?.array ?? []
    guard !candidates.isEmpty else { throw HTTPCall.refused(400, noCandidates) }
    try CandidateCheck.check(candidates)
    let round = try await PushedRound.find(body["execution_round_id"] ?? .null, storage)
    let names = try await NamedAgents.names(of: Set(candidates.compactMap(agent)), storage)
    let rows = candidates.enumerated().map { row($1, at: $0, round, names) }
    let selected = rows.first { $0["is_selected"] == true }
    let data: JSONObject = ["selected_agent": selected?["agent_name"] ?? .null, "candidate_count": .int(rows.count)]
    let steps: [StorageStep] = [.insert(.init("agent_selection_decision", rows: rows)), round.event("agent_selection", data)]
    let results = try await transact(replaced(rows, round, isWhole: body["mode"] == "replace_all") + steps, storage)
    return HTTPCall.reply(["status": "ok", "created": .int(rows.count), "ids": results[results.count - 2]["ids"]])
  }

  /// The collection is there only with the plugin that contributes it.
  private static func transact(_ steps: [StorageStep], _ storage: Storage) async throws(RPCError) -> [JSON] {
    do {
      return try await storage.transact(steps)
    } catch {
      throw error.code == .invalidParams ? HTTPCall.refused(503, "No plugin serves selections.") : error
    }
  }

  /// Removes the rows of the same roles and batches; those of the whole round where that is asked for.
  private static func replaced(_ rows: [JSONObject], _ round: PushedRound, isWhole: Bool) -> [StorageStep] {
    let inRound: [Condition] = [.eq("execution_round", round.id)]
    guard !isWhole else { return [.delete(collection: "agent_selection_decision", filter: inRound, expect: nil)] }
    return Dictionary(grouping: rows) { $0["batch_index"] ?? 0 }.map { batch, rows in
      let roles = Set(rows.compactMap { $0["role_assigned"] })
      let filter = inRound + [.eq("batch_index", batch), .isIn("role_assigned", Array(roles))]
      return .delete(collection: "agent_selection_decision", filter: filter, expect: nil)
    }
  }

  /// The key a candidate's `agent_id` stands for; nil for what is no number, as the ids of other catalogues.
  private static func agent(_ candidate: JSON) -> Int64? {
    candidate["agent_id"].int ?? candidate["agent_id"].string.flatMap { Int64($0) }
  }

  private static func row(_ candidate: JSON, at index: Int, _ round: PushedRound, _ names: [Int64: JSON]) -> JSONObject {
    var row = candidate.object ?? [:]
    row["agent_id"] = nil
    let key = agent(candidate)
    let name = key.flatMap { names[$0] }
    row["execution_round"] = round.id
    row["agent"] = name == nil ? .null : key.map { .int($0) } ?? .null
    if candidate["agent_name"] == "", let name { row["agent_name"] = name }
    if candidate["selection_order"].isNull { row["selection_order"] = .int(index) }
    let reasons = candidate["reasons"]
    row["reasons"] = .string(reasons.array?.compactMap(\.string).joined(separator: "\n") ?? reasons.string ?? "")
    return row
  }
}
