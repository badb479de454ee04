import JSONRPC
import PluginProtocol

/// Contributions the tests serve.
enum Samples {
  static let projects = PluginDescription(
    provides: ["projects"],
    methods: [
      MethodSpec("projects.sum", "Adds up"), MethodSpec("projects.run", "Runs", mutating: true), MethodSpec("projects.state", "State"),
    ],
    collections: [
      CollectionSpec(
        "project", model: "Project",
        fields: [
          .text("name", max: 20).required(), .text("description"), .choice("status", ["draft", "done"], default: "draft"),
          .reference("lead", to: "agent").nullable(), .createdAt,
        ], order: ["-created_at"], filters: ["status", FilterSpec("lead")], unique: [["name"]]),
      CollectionSpec(
        "task", model: "Task",
        fields: [.text("title").required(), .reference("project", to: "project").required().immutable().written(as: "project_id")],
        filters: ["project"], unique: [["project", "title"]]),
      CollectionSpec(
        "agent", model: "Agent", tenancy: .shared,
        fields: [.text("name").required(), .text("agent_no", max: 10).required().with { $0.label = "Agent number" }],
        order: ["agent_no"], unique: [["agent_no"]]),
    ],
    routes: [
      .crud("/api/v1/projects/", "project"), .crud("/api/v1/tasks/", "task"), .crud("/api/v1/agents/", "agent"),
      RouteSpec("GET", "/api/v1/agents/", .public, .collection(.init("agent", .list))),
      .rpc("POST", "/api/v1/agents/create-metaso/", .write, "projects.run"),
      .get(
        "/api/v1/projects/{id:int}/tasks/",
        .init("task", .list, filter: [.eq("project", ["$path": "id"])], isArray: true, parent: .init("project", parameter: "id"))),
      .rpc("GET", "/api/v1/projects/{id:int}/stats/", .read, "projects.sum"),
      .rpc(
        "POST", "/api/v1/projects/{id:int}/run/", .execute, "projects.run", status: 202,
        body: [.text("goal").required(), .integer("rounds", default: 3)]
      ).described(under: "project").denyingForeign(),
      .rpc("GET", "/api/v1/totals/", .read, "projects.sum")
        .described(query: [.datetime("from"), .choice("unit", ["day", "hour"]), .boolean("all", default: false)]).withoutTenant(
          "No tenant"),
      .rpc("POST", "/api/v1/free/", .write, "projects.run"),
      .rpc("POST", "/api/v1/ingest/", .ingest, "projects.run"),
      .rpc("POST", "/api/v1/notes/", .ingest, "projects.run", body: [.text("text").required()]).or(body: [
        FieldSpec.list("notes", of: [.text("text").required(), .integer("size", default: 1)], max: 2).required(orElse: "No notes")
      ]).keepingOtherMembers(),
      .rpc("GET", "/api/v1/files/{id:int}/download/", .read, "projects.fetch", raw: true),
      RouteSpec("GET", "/api/v1/rounds/{id:uuid}/stream/", .read, .stream(scope: "round", state: "projects.state")),
      RouteSpec("GET", "/api/v1/stream/", .read, .stream(scope: "tenant", state: "projects.state")),
    ])
}
