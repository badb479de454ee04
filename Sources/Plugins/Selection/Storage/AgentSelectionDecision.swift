import JSONRPC
import PluginProtocol

/// Who was ranked for a round, and who was taken. Source: contract http.md, section 11.7; data-model.md, execution_agentselectiondecision.
enum AgentSelectionDecision {
  static let name = "agent_selection_decision"

  static let collection = CollectionSpec(
    name, model: "AgentSelectionDecision", key: .uuid,
    fields: [
      .reference("execution_round", to: "execution_round").required(), .reference("agent", to: "agent", onDelete: .null).nullable(),
      .text("agent_name", max: 100), .float("s_base_score"), .float("requirement_fit_score"), .float("total_score"),
      .json("scoring_breakdown", default: [:]), .json("requirement_fit_matched", default: [:]).shown(as: .map(of: .array(.string))),
      .json("requirement_fit_missing", default: [:]).shown(as: .map(of: .array(.string))),
      .json("requirement_fit_partial", default: [:]).shown(as: .map(of: .number)),
      .json("requirement_fit_rationales", default: []).shown(as: .array(.string)),
      .boolean("is_cold_start", default: false), .boolean("cold_start_slot_reserved", default: false),
      .json("risk_notes", default: []).shown(as: .array(.string)),
      .boolean("is_selected", default: false), .choice("decision_source", ["system", "user"], default: "system", max: 10), .text("reasons"),
      .text("role_assigned", max: 100), .text("requirement_id", max: 100).hidden(), .integer("selection_order"), .integer("batch_index"),
      .createdAt,
    ],
    order: ["selection_order"], shapes: ["list": list, "detail": detail],
    filters: [
      FilterSpec("round", field: "execution_round", isLenient: true), FilterSpec("agent", isLenient: true),
      FilterSpec("is_selected", isLenient: true),
      FilterSpec("decision_source", isLenient: true), FilterSpec("role", field: "role_assigned"), "batch_index",
    ],
    indexes: [["execution_round", "selection_order"], ["execution_round", "is_selected"], ["agent", "created_at"]])

  private static let list = Shape.fields(
    "id", "agent", "agent_name", "s_base_score", "requirement_fit_score", "total_score", "is_selected", "is_cold_start", "decision_source",
    "selection_order", "created_at")

  private static let detail = Shape(
    list.members + [
      "execution_round", "scoring_breakdown", "requirement_fit_matched", "requirement_fit_missing", "requirement_fit_partial",
      "requirement_fit_rationales", "cold_start_slot_reserved", "risk_notes", "reasons", "role_assigned", "batch_index",
    ])

  /// All that is needed to decide again.
  static let explained = Shape(detail.members + ["requirement_id"])

  static let routes: [RouteSpec] = [
    .get("/api/v1/execution/selections/", .init(name, .list), summary: "Agents ranked for rounds."),
    .get("/api/v1/execution/selections/{id:uuid}/", .init(name, .show), summary: "One ranked agent, with all that explains its place."),
    .rpc(
      "GET", "/api/v1/execution/selections/{id:uuid}/explain/", .read, "selection.explain",
      summary: "Why an agent was, or was not, selected, and the least that would have changed it."
    ).described(under: name, answer: .model("SelectionExplanation")),
    .rpc("GET", "/api/v1/execution/selections/by_round/", .read, "selection.by_round", summary: "The ten newest rounds of a project.")
      .described(
        query: [FieldSpec("project", .bigint).required(), .boolean("detail", default: false)], answer: .array(.model("RoundSelections"))),
    .rpc("GET", "/api/v1/execution/selections/agent_history/", .read, "selection.agent_history", summary: "How an agent fared.")
      .described(query: [FieldSpec("agent", .bigint).required()], answer: .model("AgentHistory")),
    .get(
      "/api/v1/execution/rounds/{id:uuid}/agents/",
      .init(
        name, .list, listShape: "detail", filter: [.eq("execution_round", ["$path": "id"])], order: ["selection_order"], isArray: true,
        parent: .init("execution_round", parameter: "id")), summary: "Agents ranked for a round."),
  ]
}

extension CandidateRanking {
  /// As it is stored.
  ///
  /// - Parameter agent: the key of the catalogue row, null when there is none.
  func row(
    round: JSON, agent: JSON, role: String, source: SelectionDecision.Source, order: Int, isSelected: Bool, batchIndex: Int,
    requirementID: String
  ) -> JSONObject {
    let reasons = (requirementID.isEmpty ? [] : [requirementID]) + fit.rationales
    return [
      "execution_round": round, "agent": agent, "agent_name": .string(String(agentName.prefix(100))), "s_base_score": .double(base.total),
      "requirement_fit_score": .double(fit.score), "total_score": .double(total), "scoring_breakdown": scoringBreakdown,
      "requirement_fit_matched": fit.matchedJSON, "requirement_fit_missing": fit.missingJSON, "requirement_fit_partial": fit.partialJSON,
      "requirement_fit_rationales": JSON(fit.rationales), "is_cold_start": .bool(isColdStart),
      "cold_start_slot_reserved": .bool(coldStartSlotReserved), "risk_notes": JSON(riskNotes), "is_selected": .bool(isSelected),
      "decision_source": .string(source.rawValue), "reasons": .string(reasons.joined(separator: "\n")), "role_assigned": .string(role),
      "requirement_id": .string(requirementID), "selection_order": .int(order), "batch_index": .int(batchIndex),
    ]
  }
}
