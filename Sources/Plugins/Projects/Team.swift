import JSONRPC
import PluginProtocol

/// Team members and their tasks. Source: contract http.md, section 9.5.
enum Team {
  static let collections = [member, task]

  private static let work: [FieldSpec] = [
    .text("time_spent", max: 50), .decimal("cost", 10, 2), .integer("progress"), .integer("progress_total", default: 100),
  ]

  private static let status = FieldSpec.choice("status", ["Complete", "Error", "Working", "Await"], default: "Await")

  private static let member = CollectionSpec(
    "team_member", model: "TeamMember",
    fields: [
      .reference("project", to: "project").required().written(as: "project_id"),
      .reference("agent", to: "agent").required().written(as: "agent_id").holding(), .text("role", max: 100), status,
    ] + work + [.datetime("joined_at").readOnly().with { $0.auto = .created }],
    order: ["joined_at"], shapes: ["list": memberShape, "detail": memberShape], filters: ["project", "agent"],
    unique: [["project", "agent"]], quota: QuotaSpec("agents", limit: "max_agents_per_project", per: "project"))

  private static let memberShape = Shape.fields("id", "project").adding(
    .one("agent", reference: "agent", shape: "list"), "role", "status", "time_spent", "cost", "progress", "progress_total", "joined_at")

  private static let task = CollectionSpec(
    "task", model: "Task",
    fields: [
      .reference("project", to: "project").required().immutable().written(as: "project_id", "project"),
      .reference("agent", to: "agent", onDelete: .null).nullable().written(as: "agent_id"), .text("title", max: 200).required(), status,
      .choice("agent_type", ["", "FE", "BE", "PM", "QA", "Design"], default: ""),
    ] + work + [.createdAt, .updatedAt],
    order: ["-created_at"], shapes: ["list": taskShape, "detail": taskShape], filters: ["project", "agent", "status", "agent_type"])

  private static let taskShape = Shape.fields("id", "project", "title", "status", "agent_type").adding(
    .one("agent", reference: "agent", shape: "list"), "time_spent", "cost", "progress", "progress_total", "created_at", "updated_at")

  static let routes: [RouteSpec] = [.crud("/api/v1/team-members/", "team_member"), .crud("/api/v1/tasks/", "task")]
}
