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
    "RankAgentsResponse": JSONSchema.object(
      [
        "candidates": .array(
          .object(
            [
              "agent_id": .string, "is_metaso": .boolean, "name": .string, "avatar": .string, "duty": .string, "detail": .string,
              "cost_per_min": .number, "total_score": .number, "s_base_score": .number, "requirement_fit_score": .number, "rank": .integer,
              "reasons": .array(.string), "requirement_fit_matched": .map, "requirement_fit_missing": .map, "requirement_fit_partial": .map,
              "requirement_fit_rationales": .array(.string), "risk_notes": .array(.string), "why_not": .map,
            ],
            optional: [
              "rank", "reasons", "requirement_fit_matched", "requirement_fit_missing", "requirement_fit_partial",
              "requirement_fit_rationales", "risk_notes", "why_not",
            ])), "has_more": .boolean, "threshold_reached": .boolean, "what_if": .map,
      ], optional: ["what_if"]
    ).json,
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
    "AvatarResponse": JSONSchema.object([
      "results": .array(
        .object(["agent_id": JSONSchema.string.orNull, "avatar_url": JSONSchema.string.orNull, "error": JSONSchema.string.orNull])),
      "success_count": .integer, "error_count": .integer,
    ]).json,
    "SelectionExplanation": JSONSchema.object([
      "id": .uuid, "execution_round": .uuid, "role_assigned": .string, "batch_index": .integer, "agent": JSONSchema.int64.orNull,
      "agent_name": .string, "is_selected": .boolean, "rank": .integer, "candidate_count": .integer, "decision_source": .string,
      "selected": .any, "total_score": .number, "requirement_fit_score": .number, "margin": JSONSchema.number.orNull,
      "min_fit_threshold": JSONSchema.number.orNull, "exact": .boolean, "verdict": .string, "smallest": JSONSchema.integer.orNull,
      "sets_tried_below": JSONSchema.integer.orNull,
      "ways": .array(.object(["size": .integer, "facts": .array(.map), "selected": .any, "text": .string])),
    ]).json,
  ]

  /// Whom an avatar is asked for.
  static let avatarSubject = JSONSchema.object(
    ["agent_id": .string, "name": .string, "description": .string], optional: ["agent_id", "name", "description"])
}
