import JSONRPC
import PluginKit
import PluginProtocol

/// Files of a project that agents register. Source: contract http.md, sections 9.8 and 14.1, file-registry.
enum FileRegistry {
  static let routes: [RouteSpec] = [
    .rpc(
      "POST", "/api/v1/observability/ingest/file-registry/", .ingest, "ingest.file", status: 201,
      summary: "Registers a file of a project, or describes it anew.",
      body: [
        FieldSpec("project_id", .bigint).demanded,
        .text("file_path", max: 500).demanded, .text("description").demanded,
        .uuid("execution_round_id").nullable(), .text("created_by_agent_name", max: 100).defaults(""),
      ]
    ).described(
      answer: .object(["status": JSONSchema.string.choices("ok"), "id": .int64, "created": .boolean]), statuses: [404])
  ]

  @Sendable static func ingest(_ request: Request) async throws -> JSON {
    let call = HTTPCall(try request.params)
    let storage = Storage(request.host)
    let body = call.body
    let project = try await PushedProject.find(body["project_id"] ?? .null, storage)
    let path = body["file_path"] ?? .null
    let known = try await storage.count("project_file_registry", filter: [.eq("project", project), .eq("file_path", path)])
    let values: JSONObject = [
      "project": project, "file_path": path, "description": body["description"] ?? "",
      "execution_round": try await PushedRound.tell(call, storage),
      "created_by_agent": try await NamedAgents.key(of: body["created_by_agent_name"], storage),
    ]
    let event: JSON = ["project_id": project, "file_path": path, "created": .bool(known == 0)]
    let results = try await storage.transact([
      .upsert(.init("project_file_registry", match: ["project", "file_path"], values: values)),
      .event(.init("file_registered", event, project: project)),
    ])
    return HTTPCall.reply(["status": "ok", "id": results[0]["ids"][0], "created": results[0]["created"]])
  }
}
