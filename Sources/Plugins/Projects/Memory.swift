import JSONRPC
import PluginProtocol

/// What a project has decided and which files it has. Source: contract http.md, section 9.8.
enum Memory {
  static let collections = [decision, fileRegistry]

  static let categories = [
    "tech_stack", "architecture", "file_structure", "api_design", "component", "constraint", "dependency", "tooling",
  ]

  /// What a client writes of a decision; also the body of its route.
  static let decisionFields: [FieldSpec] = [
    .reference("project", to: "project").required().immutable(),
    .reference("execution_round", to: "execution_round", onDelete: .null).nullable(),
    .choice("category", categories, max: 50).required(), .text("key", max: 200).required(), .text("value").required(), .text("description"),
    .reference("made_by_agent", to: "agent", onDelete: .null).nullable(), .integer("round_index"),
  ]

  private static let decision = CollectionSpec(
    "project_decision", model: "ProjectDecision",
    fields: decisionFields + [
      .text("made_by_agent_name", max: 100).readOnly(), .boolean("is_active", default: true),
      .reference("superseded_by", to: "project_decision", onDelete: .null).nullable().readOnly(),
      .createdAt, .updatedAt,
    ],
    order: ["-created_at"],
    shapes: [
      "list": .fields("id", "category", "key", "value", "description", "made_by_agent_name", "round_index", "is_active", "created_at"),
      "detail": .fields("id", "project", "execution_round").adding(
        .field("execution_round", as: "execution_round_id"), "category", "key", "value", "description", "made_by_agent",
        "made_by_agent_name",
        "round_index", "is_active", "superseded_by", "created_at", "updated_at"),
    ],
    filters: [
      FilterSpec("project", isLenient: true), FilterSpec("category", isLenient: true), FilterSpec("execution_round", isLenient: true),
      FilterSpec("include_inactive", field: "is_active", reveals: true),
    ],
    unique: [UniqueSpec(["project", "category", "key"], where: "is_active")], indexes: [["project", "category", "key"]])

  private static let fileRegistry = CollectionSpec(
    "project_file_registry", model: "ProjectFileRegistry",
    fields: [
      .reference("project", to: "project").required(), .reference("execution_round", to: "execution_round", onDelete: .null).nullable(),
      .text("file_path", max: 500).required(), .text("description").required(),
      .reference("created_by_agent", to: "agent", onDelete: .null).nullable(), .createdAt, .updatedAt,
    ],
    order: ["file_path"], shapes: ["list": registryShape, "detail": registryShape], filters: [FilterSpec("project", isLenient: true)],
    unique: [["project", "file_path"]])

  private static let registryShape = Shape.fields("id", "project", "execution_round", "file_path", "description", "created_by_agent")
    .adding(
      .lookup("created_by_agent_name", reference: "created_by_agent", field: "name"), "created_at", "updated_at")

  static let routes: [RouteSpec] = [
    .crud("/api/v1/decisions/", "project_decision"),
    .rpc(
      "POST", "/api/v1/decisions/", .write, "projects.decide", status: 201, summary: "Stores a decision; it supersedes the active one.",
      body: decisionFields
    ).described(answer: .model("ProjectDecision"), statuses: [200]),
    .crud("/api/v1/file-registry/", "project_file_registry"),
  ]
}
