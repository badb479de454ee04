import JSONRPC
import PluginProtocol

/// What an agent thinks, has to do and says. Source: contract http.md, section 9.6.
enum AgentPanel {
  static let collections = [thinking, taskItem, collaboration]

  private static let whoAndWhere: [FieldSpec] = [
    .reference("agent", to: "agent").required(), .reference("project", to: "project").required(),
  ]

  private static let thinking = CollectionSpec(
    "agent_thinking", model: "AgentThinking", fields: whoAndWhere + [.text("content").required(), .createdAt, .updatedAt],
    order: ["-created_at"], filters: ["agent", "project"])

  private static let taskItem = CollectionSpec(
    "agent_task_item", model: "AgentTaskItem",
    fields: whoAndWhere + [
      .text("category", max: 100).required(), .text("content").required(), .boolean("is_checked", default: false), .integer("order"),
      .createdAt,
    ],
    order: ["category", "order"], filters: ["agent", "project", "category", "is_checked"])

  private static let collaboration = CollectionSpec(
    "agent_collaboration", model: "AgentCollaboration",
    fields: whoAndWhere + [
      .choice("direction", ["received", "sent"], default: "received"),
      .reference("from_agent", to: "agent", onDelete: .null).nullable(), .reference("to_agent", to: "agent", onDelete: .null).nullable(),
      .text("content").required(), .createdAt,
    ],
    order: ["created_at"], shapes: ["list": collaborationShape, "detail": collaborationShape],
    filters: ["agent", "project", "direction", "from_agent", "to_agent"])

  private static let collaborationShape = Shape.fields("id", "agent", "project", "direction", "from_agent", "to_agent").adding(
    .one("from_agent_detail", reference: "from_agent", shape: "list"), .one("to_agent_detail", reference: "to_agent", shape: "list"),
    "content",
    "created_at")

  static let routes: [RouteSpec] = [
    .crud("/api/v1/agent-thinkings/", "agent_thinking"), .crud("/api/v1/agent-task-items/", "agent_task_item"),
    .crud("/api/v1/agent-collaborations/", "agent_collaboration"),
  ]
}
