import JSONRPC
import PluginProtocol

/// What happened when. Source: contract http.md, sections 14.1 and 14.2.
enum Timeline {
  static let collection = CollectionSpec(
    "timeline_event", model: "TimelineEvent", key: .uuid,
    fields: [
      .datetime("timestamp"), .text("event_type", max: 50).required(), .text("agentscope_project_id", max: 100),
      .text("agentscope_agent_id", max: 100),
      .text("node_id", max: 100), .text("message"), .json("metadata", default: [:]),
      .reference("project", to: "project", onDelete: .null).nullable().readOnly(),
      .reference("execution_round", to: "execution_round", onDelete: .null).nullable().readOnly(),
    ],
    order: ["-timestamp"], shapes: ["list": shape, "detail": shape], filters: ["event_type", "agentscope_project_id"],
    indexes: [["timestamp"], ["agentscope_project_id", "timestamp"]])

  private static let shape = Shape.fields(
    "id", "timestamp", "event_type", "agentscope_project_id", "agentscope_agent_id", "node_id", "message", "metadata")

  static let routes: [RouteSpec] = [
    .rpc(
      "POST", "/api/v1/observability/ingest/timeline/", .ingest, "ingest.timeline", status: 201, summary: "Records an event.",
      body: [
        .text("event_type", max: 50).required(), .text("project_id", max: 100), .text("agent_id", max: 100), .text("node_id", max: 100),
        .text("message"), .json("metadata", default: [:]), .datetime("timestamp").nullable(),
      ]
    ).described(answer: .model("IngestAck")),
    .get("/api/v1/observability/timeline/", .init("timeline_event", .list)),
    .get("/api/v1/observability/timeline/{id:uuid}/", .init("timeline_event", .show)),
    .rpc("GET", "/api/v1/observability/project/{project_id}/stats/", .read, "ingest.project_stats", summary: "Sums of one project.")
      .described(answer: .model("ObservabilityProjectStats")).withoutTenant("No tenant"),
  ]
}
