import JSONRPC
package import PluginProtocol

/// The collections the suite works on: every tenancy, kind of key, type of field and rule for deleting.
package enum ConformanceWorld {
  package static let alice = "aaaaaaaa-0000-4000-8000-000000000001"
  package static let bob = "bbbbbbbb-0000-4000-8000-000000000002"

  package static let collections = modelled + [tenant, seat, badge]

  /// What random operations are made of.
  static let modelled: [CollectionSpec] = [agent, project, conversation, task, folder, file, round, progress, invoice, setting]

  static let agent = CollectionSpec(
    "agent", model: "Agent", tenancy: .shared, fields: [.text("name", max: 100).required(), .text("agent_no", max: 50).required()],
    order: ["agent_no"], unique: [["agent_no"]])

  static let project = CollectionSpec(
    "project", model: "Project",
    fields: [
      .text("name", max: 40).required(), .choice("status", ["draft", "done"], default: "draft"), .decimal("cost", 10, 2),
      .bigint("points"), .boolean("is_open", default: true), .json("extra", default: [:]),
      .reference("main", to: "conversation", onDelete: .null).nullable(), .createdAt, .updatedAt,
    ],
    order: ["name"],
    shapes: [
      "list": .fields("id", "name", "cost"),
      "full": Shape([
        "id", "name", "status", "is_open", "extra", .number("cost_number", field: "cost"), .isNull("has_no_main", field: "main"),
        .one("main", reference: "main", shape: "list"), .value("kind", ["a": "project"]),
        .many(
          "tasks", collection: "task", by: "project", shape: "list", order: ["-weight"], filter: [.ne("title", "hidden")], limit: 3),
        .count("task_count", collection: "task", by: "project"), .sum("task_cost", collection: "task", by: "project", field: "cost"),
        .sum("task_points", collection: "task", by: "project", field: "points"),
        .count("open_rounds", collection: "round", by: "project", filter: [.isNull("ended_at")]),
      ]),
    ])

  static let conversation = CollectionSpec(
    "conversation", model: "Conversation",
    fields: [.reference("project", to: "project").nullable(), .text("title", max: 200)], shapes: ["list": .fields("id", "title")])

  static let task = CollectionSpec(
    "task", model: "Task",
    fields: [
      .reference("project", to: "project").required(), .reference("agent", to: "agent", onDelete: .null).nullable(),
      .text("title", max: 200).required(), .decimal("cost", 12, 6), .integer("points"), .float("weight"),
      .datetime("due_at").nullable(),
    ],
    order: ["-weight", "title"],
    shapes: [
      "list": Shape([
        "id", "title", "cost", "weight", "due_at", .lookup("agent_name", reference: "agent", field: "name"),
        .lookup("project_name", reference: "project", field: "name"),
      ])
    ], unique: [["project", "title"]], indexes: [["points"]])

  static let folder = CollectionSpec(
    "folder", model: "Folder",
    fields: [.reference("project", to: "project").required(), .reference("parent", to: "folder").nullable(), .text("name", max: 200)],
    order: ["name"],
    shapes: [
      "list": Shape(["id", "name", .path("path", parent: "parent", name: "name")]),
      "tree": Shape(["id", "parent", "name", .tree("children", parent: "parent")]),
    ])

  static let file = CollectionSpec(
    "file", model: "File", key: .uuid,
    fields: [.reference("folder", to: "folder").nullable(), .text("name", max: 200), .bigint("size")],
    order: ["name"], shapes: ["list": Shape(["name", "size", .path("path", parent: "folder", name: "name")])])

  static let round = CollectionSpec(
    "round", model: "ExecutionRound", key: .uuid,
    fields: [
      .reference("project", to: "project").required(), .integer("number", default: 1), .datetime("started_at").nullable(),
      .datetime("ended_at").nullable(), .uuid("token").nullable(), .reference("rerun_of", to: "round", onDelete: .null).nullable(),
    ],
    order: ["number"],
    shapes: ["list": Shape(["number", "started_at", .seconds("duration", from: "started_at", to: "ended_at")])],
    unique: [["project", "number"]])

  static let progress = CollectionSpec(
    "progress", model: "Progress", key: .field("round"),
    fields: [.reference("round", to: "round").required(), .integer("percent")])

  static let invoice = CollectionSpec(
    "invoice", model: "Invoice",
    fields: [.reference("project", to: "project", onDelete: .restrict).required(), .text("number", max: 20)])

  static let tenant = CollectionSpec(
    "tenant", model: "Tenant", tenancy: .global, key: .uuid, fields: [.integer("max_seats", default: 3), .integer("max_badges")])

  static let seat = CollectionSpec(
    "seat", model: "Seat", fields: [.reference("project", to: "project").required(), .text("name", max: 20).required()],
    unique: [["project", "name"]], quota: QuotaSpec("seats", limit: "max_seats", per: "project"))

  static let badge = CollectionSpec(
    "badge", model: "Badge", fields: [.text("name", max: 20)], quota: QuotaSpec("badges", limit: "max_badges"))

  static let setting = CollectionSpec(
    "setting", model: "Setting", tenancy: .global, key: .field("name"),
    fields: [.text("name", max: 100).required(), .json("value", default: .null).nullable()])
}
