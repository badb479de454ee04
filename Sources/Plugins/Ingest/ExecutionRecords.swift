import JSONRPC
import PluginProtocol

/// One run of one agent. Source: contract http.md, sections 14.1 and 14.2.
enum ExecutionRecords {
  static let collection = CollectionSpec(
    "execution_record", model: "ExecutionRecord", key: .uuid,
    fields: [
      .text("execution_id", max: 100).required(), .text("agentscope_project_id", max: 100),
      .text("agentscope_agent_id", max: 100).required(),
      .text("agent_name", max: 100).required(), .text("node_id", max: 100), .integer("round_index"), .datetime("start_time").required(),
      .datetime("end_time").nullable(), FieldSpec("duration_ms", .float).nullable(),
      .choice("status", ["running", "completed", "failed"], default: "running"), .text("content"), .text("error_message"),
      .integer("llm_calls"),
      .bigint("total_tokens"), .decimal("total_cost_usd", 16, 6),
      .reference("project", to: "project", onDelete: .null).nullable().readOnly(),
      .reference("execution_round", to: "execution_round", onDelete: .null).nullable().readOnly(),
    ],
    order: ["-start_time"], shapes: ["list": shape, "detail": shape],
    filters: ["status", "agentscope_project_id", "agent_name", FilterSpec("execution_round", isLenient: true)],
    unique: [["execution_id"]], indexes: [["status"], ["agentscope_project_id"]])

  private static let shape = Shape.fields(
    "id", "execution_id", "project", "agentscope_project_id", "agentscope_agent_id", "agent_name", "node_id", "round_index", "start_time",
    "end_time",
    "duration_ms", "status", "content", "error_message", "llm_calls", "total_tokens", "total_cost_usd")

  static let routes: [RouteSpec] = [
    .rpc(
      "POST", "/api/v1/observability/ingest/execution/", .ingest, "ingest.execution", status: 201, summary: "Records a run of an agent.",
      body: body
    ).described(answer: .model("IngestAckCreated")),
    .get("/api/v1/observability/executions/", .init("execution_record", .list)),
    .get("/api/v1/observability/executions/{id:uuid}/", .init("execution_record", .show)),
    .get("/api/v1/observability/executions/active/", .init("execution_record", .list, filter: [.eq("status", "running")], isArray: true)),
  ]

  private static let body: [FieldSpec] =
    collection.fields.filter { !$0.isReadOnly && $0.name != "total_cost_usd" } + [
      .json("total_cost_usd", default: 0).shown(as: Usage.money)
    ]
}
