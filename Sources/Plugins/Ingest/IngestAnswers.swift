import JSONRPC
import PluginProtocol

/// What the methods of ingest answer over HTTP. Source: contract http.md, section 14.
enum IngestAnswers {
  static let schemas: JSONObject = [
    "IngestAck": JSONSchema.object(["status": JSONSchema.string.choices("ok"), "id": .uuid]).json,
    "IngestAckCreated": JSONSchema.object(["status": JSONSchema.string.choices("ok"), "id": .either(.uuid, .int64), "created": .boolean])
      .json,
    "IngestAckBulk": JSONSchema.object(["status": JSONSchema.string.choices("ok"), "created": .integer, "ids": .array(.uuid)]).json,
    "UsageSummary": JSONSchema.object([
      "summary": .object(["total_tokens": .int64, "total_cost_usd": .number, "total_calls": .integer, "avg_duration_ms": .number]),
      "by_agent": .array(.object(["agent_name": .string, "tokens": .int64, "cost": .number, "calls": .integer])),
      "by_model": .array(.object(["model_name": .string, "tokens": .int64, "cost": .number, "calls": .integer])),
    ]).json,
    "TrendPoint": JSONSchema.object(["period": .datetime, "tokens": .int64, "cost": .number, "calls": .integer]).json,
    "ObservabilityProjectStats": JSONSchema.object([
      "project_id": .string,
      "usage": .object(
        ["total_tokens": .int64, "total_cost_usd": .number, "llm_calls": .integer],
        optional: ["total_tokens", "total_cost_usd", "llm_calls"]),
      "executions": .object(
        ["total": .integer, "completed": .integer, "failed": .integer, "success_rate": .number, "avg_duration_ms": .number],
        optional: ["total", "completed", "failed", "success_rate", "avg_duration_ms"]),
      "active_agents": .array(
        .object(
          ["agent_name": .string, "start_time": .datetime, "round_index": .integer])),
    ]).json,
  ]
}

extension FieldSpec {
  /// Required; left out, it is missed in the words of these routes (contract http.md, section 14.1).
  var demanded: FieldSpec { required(orElse: "Missing required field: \(name)") }
}
