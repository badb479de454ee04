import JSONRPC
import PluginProtocol

/// Tokens, time and money of every model call. Source: contract http.md, sections 14.1 and 14.2.
enum Usage {
  static let collection = CollectionSpec(
    "usage_record", model: "UsageRecord", key: .uuid,
    fields: [
      .datetime("timestamp").required(), .text("agentscope_project_id", max: 100), .text("agentscope_agent_id", max: 100).required(),
      .text("agent_name", max: 100).required(), .text("model_name", max: 100).required(), .bigint("input_tokens").with { $0.minimum = 0 },
      .bigint("output_tokens").with { $0.minimum = 0 }, .bigint("total_tokens").with { $0.minimum = 0 }, .decimal("cost_usd", 16, 6),
      // False = the model had no known price and cost_usd says nothing.
      .boolean("cost_known", default: true).readOnly(),
      .float("duration_ms").with { $0.minimum = 0 }, .text("span_id", max: 100),
      .reference("project", to: "project", onDelete: .null).nullable().readOnly(),
      .reference("execution_round", to: "execution_round", onDelete: .null).nullable().readOnly(),
    ],
    order: ["-timestamp"], shapes: ["list": shape, "detail": shape],
    filters: [
      "agentscope_project_id", "agent_name", "model_name", FilterSpec("project", isLenient: true),
      FilterSpec("execution_round", isLenient: true),
      FilterSpec("from", field: "timestamp", op: .ge),
      FilterSpec("to", field: "timestamp", op: .le),
    ],
    indexes: [["timestamp"], ["agentscope_project_id", "timestamp"]])

  private static let shape = Shape.fields(
    "id", "timestamp", "project", "agentscope_project_id", "agentscope_agent_id", "agent_name", "model_name", "input_tokens",
    "output_tokens",
    "total_tokens", "cost_usd", "cost_known", "duration_ms", "span_id", "execution_round")

  static let routes: [RouteSpec] = [
    .rpc(
      "POST", "/api/v1/observability/ingest/usage/", .ingest, "ingest.usage", status: 201, summary: "Records one model call.", body: body
    ).described(answer: .model("IngestAck")),
    .get("/api/v1/observability/usage/", .init("usage_record", .list)),
    .get("/api/v1/observability/usage/{id:uuid}/", .init("usage_record", .show)),
    .rpc("GET", "/api/v1/observability/usage/summary/", .read, "ingest.usage_summary", summary: "Sums by agent and by model.")
      .described(
        query: [.text("project"), .integer("days", default: 30).with { $0.maximum = 36_500 }], answer: .model("UsageSummary")),
    .rpc("GET", "/api/v1/observability/usage/trend/", .read, "ingest.usage_trend", summary: "Sums by hour or day.")
      .described(query: [.text("project"), .text("interval").defaults("hour")], answer: .array(.model("TrendPoint"))),
  ]

  /// A number, or a decimal as a string.
  static let money = JSONSchema(["type": ["string", "number"], "minimum": 0])

  /// Money comes as raw floats: it is taken as a number here and rounded by ``Money``.
  private static let body: [FieldSpec] =
    collection.fields.filter { !$0.isReadOnly && $0.name != "cost_usd" } + [.json("cost_usd", default: 0).shown(as: money)]
}
