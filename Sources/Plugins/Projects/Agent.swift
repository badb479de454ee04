import JSONRPC
import PluginProtocol

/// Source: contract http.md, section 9.1.
enum Agent {
  static let collection = CollectionSpec(
    "agent", model: "Agent", tenancy: .shared,
    fields: [
      .text("name", max: 100).required(),
      .text("agent_no", max: 50).required().with { $0.label = "Agent number (e.g., Agent No.1)" },
      .text("duty", max: 200).required(), .text("detail").required(), .text("preview"), .text("avatar", max: 200).with { $0.format = .url },
      .decimal("cost_per_min", 10, 2), .createdAt, .updatedAt,
    ],
    order: ["agent_no"],
    shapes: [
      "list": .fields("id", "name", "agent_no", "duty", "avatar", "cost_per_min").adding(.isNull("is_system", field: "tenant")),
      "detail": .fields("id", "name", "agent_no", "duty", "detail", "preview", "avatar", "cost_per_min", "created_at", "updated_at")
        .adding(.isNull("is_system", field: "tenant")),
    ],
    filters: [FilterSpec("is_system", field: "tenant", op: .isnull)], unique: [["agent_no"]], indexes: [["name"]])

  static let routes: [RouteSpec] = [
    RouteSpec("GET", "/api/v1/agents/", .public, .collection(.init("agent", .list)), summary: "The catalogue of agents."),
    RouteSpec("GET", "/api/v1/agents/{id:int}/", .public, .collection(.init("agent", .show))),
    RouteSpec(
      "POST", "/api/v1/agents/", .write, .collection(.init("agent", .create)), status: 201, summary: "Makes an agent of the tenant."),
    RouteSpec("PUT", "/api/v1/agents/{id:int}/", .write, .collection(.init("agent", .replace))),
    RouteSpec("PATCH", "/api/v1/agents/{id:int}/", .write, .collection(.init("agent", .update))),
    RouteSpec("DELETE", "/api/v1/agents/{id:int}/", .write, .collection(.init("agent", .delete)), status: 204),
    .rpc(
      "GET", "/api/v1/agents/{id:int}/detail-panel/", .read, "projects.agent_panel",
      summary: "An agent's thinking, tasks and talk in a project."
    ).described(
      under: "agent", query: [.bigint("project").required()],
      answer: .object([
        "agent": .model("Agent"), "thinking": JSONSchema.model("AgentThinking").orNull, "task_items": .array(.model("AgentTaskItem")),
        "collaborations": .array(.model("AgentCollaboration")),
      ])),
  ]
}
