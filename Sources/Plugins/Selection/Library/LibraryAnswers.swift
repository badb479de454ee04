import JSONRPC
import PluginProtocol

/// What the methods of selection answer over HTTP. Source: contract http.md, sections 11.7 and 17.
enum LibraryAnswers {
  static let schemas: JSONObject = [
    "RoundSelections": JSONSchema.object([
      "round_id": .uuid, "round_number": .integer,
      "status": JSONSchema.string.choices("pending", "running", "completed", "failed", "cancelled"), "created_at": .datetime,
      "selections": .array(.either(.model("AgentSelectionDecision"), .model("AgentSelectionDecisionSummary"))),
    ]).json,
    "AgentHistory": JSONSchema.object([
      "agent_id": .string, "total_selections": .integer, "times_selected": .integer, "selection_rate": .number, "average_score": .number,
      "history": .array(.model("AgentSelectionDecision")),
    ]).json,
    "RankAgentsResponse": JSONSchema.object([
      "candidates": .array(
        .object(
          [
            "agent_id": .string, "is_metaso": .boolean, "name": .string, "avatar": .string, "duty": .string, "detail": .string,
            "cost_per_min": .number, "total_score": .number, "s_base_score": .number, "requirement_fit_score": .number, "rank": .integer,
            "reasons": .array(.string), "requirement_fit_matched": .map, "requirement_fit_missing": .map, "requirement_fit_partial": .map,
            "requirement_fit_rationales": .array(.string), "risk_notes": .array(.string),
          ],
          optional: [
            "rank", "reasons", "requirement_fit_matched", "requirement_fit_missing", "requirement_fit_partial",
            "requirement_fit_rationales", "risk_notes",
          ])), "has_more": .boolean, "threshold_reached": .boolean,
    ]).json,
    "MetasoAgent": JSONSchema.object(
      [
        "agent_id": .string, "name": .string, "description": .string, "skills": .array(.string), "domains": .array(.string),
        "tags": .array(.string), "parent_domain": JSONSchema.string.orNull, "system_prompt": JSONSchema.string.orNull,
        "estimated_score": .number,
      ], optional: ["tags", "parent_domain", "system_prompt"]
    ).json,
    "LibraryAgent": JSONSchema.object(
      [
        "agent_id": .int64, "name": .string, "avatar": .string, "duty": .string, "detail": .string, "cost_per_min": .number,
        "score": .number,
      ], optional: ["duty", "detail", "cost_per_min"]
    ).json,
    "RoleSuggestion": JSONSchema.object(
      [
        "role": .string, "metaso_agent": .model("MetasoAgent"), "library_agent": JSONSchema.model("LibraryAgent").orNull,
        "default_is_metaso": .boolean, "default_agent_id": .string, "reasons": .array(.string), "assigned_requirements": .array(.string),
        "priority": .string,
      ], optional: ["library_agent", "reasons", "assigned_requirements", "priority"]
    ).json,
    "SuggestAgentsResponse": JSONSchema.object(
      [
        "suggestions": .array(.model("RoleSuggestion")), "reasoning": .string,
        "complexity": JSONSchema.string.choices("low", "medium", "high", "unknown"), "project_analysis": .string,
        "team_size_recommendation": JSONSchema(["type": ["integer", "string"]]),
      ], optional: ["project_analysis", "team_size_recommendation"]
    ).json,
  ]
}
