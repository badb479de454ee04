import JSONRPC
import PluginKit
import PluginProtocol

/// Decisions of a project that agents report. Source: contract http.md, sections 9.8 and 14.1, decision.
enum Decisions {
  private static let categories = [
    "tech_stack", "architecture", "file_structure", "api_design", "component", "constraint", "dependency", "tooling",
  ]
  /// Of how often the active decision may change and change back under a push.
  private static let tryLimit = 5

  static let routes: [RouteSpec] = [
    .rpc(
      "POST", "/api/v1/observability/ingest/decision/", .ingest, "ingest.decision", status: 201,
      summary: "Stores a decision of a project; it supersedes the active one.",
      body: [
        FieldSpec("project_id", .bigint).demanded,
        .choice("category", categories, max: 50).demanded,
        .text("key", max: 200).demanded, .text("value").demanded,
        .uuid("execution_round_id").nullable(), .text("description").defaults(""), .text("made_by_agent_name", max: 100).defaults(""),
        .integer("round_index"),
      ]
    ).described(
      answer: .object(
        ["status": JSONSchema.string.choices("ok"), "id": .int64, "superseded": JSONSchema.int64.orNull, "unchanged": .boolean],
        optional: ["unchanged"]), statuses: [404])
  ]

  @Sendable static func ingest(_ request: Request) async throws -> JSON {
    let call = HTTPCall(try request.params)
    let storage = Storage(request.host)
    let body = call.body
    let project = try await PushedProject.find(body["project_id"] ?? .null, storage)
    var values = body
    values["project_id"] = nil
    values["execution_round_id"] = nil
    values["project"] = project
    values["execution_round"] = try await PushedRound.tell(call, storage)
    values["made_by_agent"] = try await NamedAgents.key(of: body["made_by_agent_name"], storage)
    return try await store(values, storage)
  }

  /// Tries again when the decision that said the same was superseded meanwhile.
  private static func store(_ values: JSONObject, _ storage: Storage) async throws(RPCError) -> JSON {
    let subject: [Condition] = ["project", "category", "key"].map { .eq($0, values[$0] ?? .null) } + [.eq("is_active", true)]
    let same = subject + ["value", "description"].map { .eq($0, values[$0] ?? "") }
    var tries = 1
    while true {
      do throws(RPCError) {
        let results = try await storage.transact(steps(values, subject, same))
        return HTTPCall.reply(["status": "ok", "id": results[1]["ids"][0], "superseded": results[2]["row"]["id"]])
      } catch  where error.applicationCode == "expectation" && tries < tryLimit {
        tries += 1
      }
      guard let active = try await storage.row(.init("project_decision", filter: same, shape: .inline(key))) else { continue }
      return HTTPCall.reply(["status": "ok", "id": active["id"], "superseded": .null, "unchanged": true])
    }
  }

  private static let key = Shape.fields("id")

  /// Inserts the decision, supersedes the active one, if any, and makes the new one active. Fails when the active one says the same.
  private static func steps(_ values: JSONObject, _ subject: [Condition], _ same: [Condition]) -> [StorageStep] {
    let new = StorageValue.ref("new")
    let event: JSON = [
      "project_id": values["project"] ?? .null, "category": values["category"] ?? .null, "key": values["key"] ?? .null,
      "value": values["value"] ?? .null, "made_by": values["made_by_agent_name"] ?? "",
    ]
    return [
      .expect(.init("project_decision", filter: same, maximum: 0, tag: "unchanged")),
      .insert(.init("project_decision", values.merging(["is_active": false]), as: "new")),
      .update(.init("project_decision", filter: subject, set: ["is_active": false, "superseded_by": new], returning: .inline(key))),
      .update(.init("project_decision", filter: [.eq("id", new)], set: ["is_active": true])),
      .event(.init("decision", event, project: values["project"] ?? .null)),
    ]
  }
}

/// The project that a push names in its body.
enum PushedProject {
  /// - Returns: its key.
  /// - Throws: 404 for one that is not there or another tenant's.
  static func find(_ id: JSON, _ storage: Storage) async throws(RPCError) -> JSON {
    guard let row = try await storage.row("project", key: id, shape: .inline(.fields("id"))) else {
      throw HTTPCall.refused(404, "Project \(id.text) not found")
    }
    return row["id"]
  }
}
