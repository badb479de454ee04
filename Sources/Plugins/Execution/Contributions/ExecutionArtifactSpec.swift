import JSONRPC
import PluginProtocol

/// Delivered files. Source: contract data-model.md; http.md, sections 11.5 and 16.
enum ExecutionArtifactSpec {
  static let types = ["code", "config", "document", "test", "style", "asset", "other", "deliverable"]

  static let collection = CollectionSpec(
    "execution_artifact", model: "ExecutionArtifact", key: .uuid,
    fields: [
      .reference("execution_round", to: "execution_round").required(),
      .reference("requirement_execution", to: "requirement_execution", onDelete: .null).nullable(),
      .choice("artifact_type", types, default: "code"), .text("file_path", max: 500).required(), .text("file_name", max: 255),
      .text("language", max: 50), .text("content"), .choice("encoding", ["utf-8", "base64"], default: "utf-8", max: 8),
      .text("content_hash", max: 64), .bigint("size_bytes"), .text("s3_key", max: 600),
      .reference("generated_by_agent", to: "agent", onDelete: .null).nullable(), .createdAt, .updatedAt,
    ],
    order: ["file_path"], shapes: ["list": list, "detail": detail],
    filters: [
      FilterSpec("round", field: "execution_round", isLenient: true), FilterSpec("type", field: "artifact_type", isLenient: true),
      FilterSpec("project", field: "execution_round.project", isLenient: true),
    ],
    unique: [["execution_round", "file_path"]], indexes: [["execution_round", "artifact_type"]])

  /// As stored; ``ArtifactAnswer`` turns `s3_key` into `storage_type` and `download_url`.
  static let list = Shape.fields(
    "id", "artifact_type", "file_path", "file_name", "language", "size_bytes", "s3_key", "created_at", "execution_round")

  static let detail = Shape(
    list.members + [
      "content", "content_hash", "generated_by_agent", .lookup("generated_by_agent_name", reference: "generated_by_agent", field: "name"),
      "updated_at", "encoding", "requirement_execution",
    ])
}
