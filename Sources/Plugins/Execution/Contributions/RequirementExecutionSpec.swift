import JSONRPC
import PluginProtocol

/// The tries of requirements. Source: contract data-model.md; http.md, section 11.6.
enum RequirementExecutionSpec {
  static let collection = CollectionSpec(
    "requirement_execution", model: "RequirementExecution", key: .uuid,
    fields: [
      .reference("execution_round", to: "execution_round").required(), .text("requirement_id", max: 50).required(),
      .text("requirement_content"), .text("requirement_type", max: 50), .integer("inner_round_number", default: 1),
      .integer("attempt_number", default: 1),
      .choice("status", ["pending", "scheduled", "running", "completed", "failed", "skipped"], default: "pending"),
      .text("celery_task_id", max: 255), .json("depends_on", default: []).shown(as: .array(.string)),
      result("blueprint"), result("code_result"), result("qa_result"), result("validation_result"),
      .integer("acceptance_criteria_total"), .integer("acceptance_criteria_passed"), .float("pass_rate"),
      .boolean("is_passed", default: false), .json("modified_files", default: []).shown(as: .array(.string)), .bigint("tokens_used"),
      .decimal("cost_usd", 10, 6),
      .integer("llm_calls"), .text("error_message"), .text("error_traceback").hidden(), .datetime("started_at").nullable(),
      .datetime("completed_at").nullable(), FieldSpec("shard", .json).nullable().hidden(),
      .reference("task", to: "task", onDelete: .null).nullable().hidden(), .createdAt, .updatedAt,
    ],
    order: ["inner_round_number", "requirement_id"], shapes: ["list": list, "detail": detail],
    filters: ["status", FilterSpec("inner_round", field: "inner_round_number")],
    unique: [["execution_round", "requirement_id", "inner_round_number"]],
    indexes: [["execution_round", "inner_round_number"], ["execution_round", "status"]])

  private static func result(_ name: String) -> FieldSpec { FieldSpec(name, .json).nullable().shown(as: .map) }

  static let list = Shape([
    "id", "requirement_id", "requirement_type", "requirement_content", "inner_round_number", "attempt_number", "status", "depends_on",
    "acceptance_criteria_total", "acceptance_criteria_passed", "pass_rate", "is_passed", "tokens_used", "cost_usd", "llm_calls",
    "started_at", "completed_at", .seconds("duration_seconds", from: "started_at", to: "completed_at"), "error_message",
  ])

  static let detail = Shape(
    list.members + ["execution_round", "blueprint", "code_result", "qa_result", "validation_result", "modified_files"])
}
