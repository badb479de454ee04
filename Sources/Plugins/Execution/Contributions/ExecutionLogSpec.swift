import JSONRPC
import PluginProtocol

/// What happened in a round, and from where it can go on. Source: contract data-model.md; http.md, sections 11.3 and 13.
enum ExecutionLogSpec {
  static let levels = ["debug", "info", "warning", "error"]

  static let collection = CollectionSpec(
    "execution_log", model: "ExecutionLog", key: .uuid,
    fields: [
      .reference("execution_round", to: "execution_round").required(),
      .reference("requirement_execution", to: "requirement_execution", onDelete: .null).nullable(),
      .choice("level", levels, default: "info", max: 10), .text("message"), .json("metadata", default: [:]),
      .reference("agent", to: "agent", onDelete: .null).nullable(), .text("agent_name", max: 100), .text("source", max: 100),
      .datetime("timestamp"),
    ],
    order: ["timestamp"], shapes: ["list": list, "detail": list], filters: ["level", "source"],
    indexes: [["execution_round", "level"], ["execution_round", "timestamp"], ["timestamp"]])

  static let list = Shape.fields("id", "level", "message", "metadata", "agent", "agent_name", "source", "timestamp")

  /// `revision` orders the checkpoints of a round; `state` never leaves the plugin.
  static let checkpointCollection = CollectionSpec(
    "execution_checkpoint", model: "ExecutionCheckpoint", key: .uuid,
    fields: [
      .reference("execution_round", to: "execution_round").required(), .bigint("seq"), .text("phase", max: 50), .integer("inner_round"),
      .json("state", default: [:]).hidden(), .json("completed_requirements", default: []).shown(as: .array(.string)),
      .bigint("revision").hidden(), .createdAt,
    ],
    order: ["-created_at"], shapes: ["list": checkpoint, "detail": checkpoint], unique: [["execution_round", "revision"]])

  static let checkpoint = Shape(["id", "seq", "phase", "inner_round", "completed_requirements", "created_at", .value("resumable", true)])
}
