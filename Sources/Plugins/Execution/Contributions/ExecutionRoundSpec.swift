import JSONRPC
import PluginProtocol

/// Rounds and their progress. Source: contract data-model.md; http.md, sections 11.2, 11.3 and 13.
enum ExecutionRoundSpec {
  static let statuses = ["pending", "running", "completed", "failed", "cancelled"]
  static let terminal: [JSON] = ["completed", "failed", "cancelled"]

  static let collection = CollectionSpec(
    "execution_round", model: "ExecutionRound", key: .uuid,
    fields: [
      .reference("project", to: "project").required().holding(.isIn("status", ["pending", "running"])),
      .integer("round_number", default: 1),
      .choice("status", statuses, default: "pending"), .datetime("started_at").nullable(), .datetime("completed_at").nullable(),
      .text("celery_task_id", max: 255), .text("requirement_text"), .json("options", default: [:]), .text("summary"),
      .text("error_message"),
      .text("error_code", max: 40), .bigint("total_tokens"), .decimal("total_cost_usd", 14, 6), .integer("total_llm_calls"),
      .boolean("use_task_sharding", default: false), .integer("current_inner_round"), .integer("total_inner_rounds"),
      FieldSpec("parsed_spec", .json).nullable(), FieldSpec("acceptance_map", .json).nullable(), .integer("total_requirements"),
      .integer("passed_requirements"), .integer("failed_requirements"),
      .reference("rerun_of", to: "execution_round", onDelete: .null).nullable(), .integer("resume_count"), .integer("recovery_count"),
      .datetime("heartbeat_at").nullable(), .text("run_token_hash", max: 64).nullable().hidden(),
      .text("idempotency_key", max: 64).nullable().hidden(), .createdAt, .updatedAt,
    ],
    order: ["-created_at"], shapes: ["list": list, "detail": detail, "status": status, "history": history],
    filters: [FilterSpec("project", isLenient: true), FilterSpec("status", isLenient: true)], unique: [["project", "round_number"]],
    indexes: [["status"], ["celery_task_id"], ["created_at"]])

  static let list = Shape([
    "id", "project", .lookup("project_name", reference: "project", field: "name"), "round_number", "status", "started_at", "completed_at",
    duration, "total_tokens", "total_cost_usd", "created_at",
  ])

  static let detail = Shape(
    list.members + [
      "celery_task_id", "requirement_text", "options", "summary", "error_message", "total_llm_calls", progress, "updated_at",
      "use_task_sharding", "current_inner_round", "total_inner_rounds", "total_requirements", "passed_requirements", "failed_requirements",
      "error_code", "rerun_of", "resume_count",
    ])

  static let status = Shape([
    "id", "status", "round_number", "started_at", "completed_at", duration, "summary", "error_message", "error_code", "total_tokens",
    .number("total_cost_usd", field: "total_cost_usd"), "total_llm_calls", "project", progress,
  ])

  static let history = Shape(
    list.members + [
      "summary", "error_code", "total_llm_calls", "total_requirements", "passed_requirements", "failed_requirements",
      .count("artifact_count", collection: "execution_artifact", by: "execution_round"),
      .count("log_error_count", collection: "execution_log", by: "execution_round", filter: [.eq("level", "error")]), "rerun_of",
      "resume_count",
    ])

  private static let duration = ShapeMember.seconds("duration_seconds", from: "started_at", to: "completed_at")

  /// The one row of progress, as a list of at most one; the method that answers takes it out.
  private static let progress = ShapeMember.many(
    "progress", collection: "execution_progress", by: "execution_round", shape: .inline(progressShape), limit: 1)

  static let progressShape = Shape.fields(
    "current_phase", "current_agent", "current_task", "progress_percent", "completed_tasks", "total_tasks", "completed_requirements",
    "total_requirements", "last_event", "last_event_data", "updated_at", "current_requirement_id", "current_inner_round")

  static let progressCollection = CollectionSpec(
    "execution_progress", model: "ExecutionProgress", key: .field("execution_round"),
    fields: [
      .reference("execution_round", to: "execution_round").required(), .text("current_phase", max: 50).defaults("initializing"),
      .text("current_agent", max: 100), .text("current_task", max: 255), .integer("progress_percent"), .integer("completed_tasks"),
      .integer("total_tasks"), .integer("completed_requirements"), .integer("total_requirements"),
      .text("current_requirement_id", max: 50), .integer("current_inner_round"), .text("last_event", max: 50),
      .json("last_event_data", default: [:]), .updatedAt,
    ])
}
