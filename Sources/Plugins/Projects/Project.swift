import JSONRPC
import PluginProtocol

/// Source: contract http.md, section 9.2.
enum Project {
  static let collection = CollectionSpec(
    "project", model: "Project",
    fields: [
      .text("name", max: 200).required(), .text("description"),
      .choice("status", ["draft", "in_progress", "completed", "cancelled"], default: "draft"),
      .choice("phase", ["conversation", "team_building", "working", "delivery"], default: "conversation"),
      .reference("main_conversation", to: "conversation", onDelete: .null).nullable().with {
        $0.label = "Main conversation for requirements"
      }.matching("project", "$key"),
      .text("run_time", max: 50), .integer("credits_usage"), .decimal("total_cost", 10, 2), .integer("progress"), .createdAt, .updatedAt,
    ],
    order: ["-created_at"],
    shapes: [
      "list": .fields("id", "name", "status", "phase", "main_conversation").adding(
        .count("member_count", collection: "team_member", by: "project"), "total_cost", "progress", "created_at"),
      "detail": .fields("id", "name", "description", "status", "phase", "main_conversation").adding(
        .count("member_count", collection: "team_member", by: "project"), "run_time", "credits_usage", "total_cost", "progress",
        .many("team_members", collection: "team_member", by: "project", shape: "detail", order: ["joined_at"]), "created_at", "updated_at"),
      "stats": Shape([
        .count("member_count", collection: "team_member", by: "project"), "run_time", "credits_usage", "total_cost",
        .sum("progress", collection: "task", by: "project", field: "progress"),
        .sum("progress_total", collection: "task", by: "project", field: "progress_total"),
      ]),
    ],
    filters: ["status", "phase"], unique: [["main_conversation"]], indexes: [["created_at"]],
    nested: [
      // What a project begins with: a conversation of its own that holds these requirements.
      NestedSpec(
        "requirements", collection: "requirement", by: "conversation", text: "content",
        through: .init(
          "conversation", by: "project", link: "main_conversation",
          values: ["title": StorageValue.ref("row", "name"), "source_type": "no_data"]))
    ],
    quota: QuotaSpec("projects", limit: "max_projects"))

  static let routes: [RouteSpec] = [
    .crud("/api/v1/projects/", "project"),
    .rpc("GET", "/api/v1/projects/{id:int}/stats/", .read, "projects.stats", summary: "Totals of a project.")
      .described(under: "project", answer: .model("ProjectStats")),
    .rpc("GET", "/api/v1/projects/{id:int}/team/", .read, "projects.team", summary: "The team; makes the default team when there is none.")
      .described(under: "project", query: [.boolean("init", default: true)], answer: .array(.model("TeamMember"))),
    .rpc(
      "POST", "/api/v1/projects/{id:int}/init_team/", .write, "projects.init_team", status: 201, summary: "Makes the default team.",
      body: []
    )
    .described(
      under: "project", answer: .object(["message": .string, "members": .array(.model("TeamMember"))]), statuses: [200]),
    .get(
      "/api/v1/projects/{id:int}/tasks/",
      .init(
        "task", .list, listShape: "detail", filter: [.eq("project", ["$path": "id"])], isArray: true,
        parent: .init("project", parameter: "id"))),
    .rpc("GET", "/api/v1/projects/{id:int}/file-tree/", .read, "projects.file_tree", summary: "Folders and files, nested.")
      .described(
        under: "project",
        answer: .object(["total_files": .integer, "folders": .array(.model("Folder")), "root_files": .array(.model("File"))])),
    .rpc("GET", "/api/v1/projects/{id:int}/context/", .read, "projects.context", summary: "What the project's agents must know.")
      .described(
        under: "project", query: [.choice("lang", ["zh", "en"], default: "zh")],
        answer: .object([
          "decisions": .array(.model("ProjectDecisionSummary")), "file_registry": .array(.model("ProjectFileRegistry")),
          "context_for_prompt": .string,
        ])),
  ]

  static let schemas: JSONObject = [
    "ProjectStats": JSONSchema.object([
      "member_count": .integer, "run_time": .string, "credits_usage": .integer, "total_cost": .decimal(10, 2), "progress": .integer,
      "progress_total": .integer,
    ]).json
  ]
}
