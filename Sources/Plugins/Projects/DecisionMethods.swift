import JSONRPC
import PluginKit
import PluginProtocol

/// Source: contract http.md, section 9.8, supersede rule: lock, set inactive, insert, link, in one transaction.
@Sendable func decide(_ request: Request) async throws -> JSON {
  let body = try request.http.body
  let subject: [Condition] = [
    .eq("project", body["project"] ?? .null), .eq("category", body["category"] ?? .null), .eq("key", body["key"] ?? .null),
    .eq("is_active", true),
  ]
  if let active = try await request.storage.row(.init("project_decision", filter: subject)),
    active["value"] == body["value"] ?? "", active["description"] == body["description"] ?? ""
  {
    return HTTPCall.reply(active, status: 200)
  }
  var values = body
  if let agent = body["made_by_agent"], !agent.isNull {
    values["made_by_agent_name"] = try await request.storage.row("agent", key: agent, shape: "list")?["name"]
  }
  let results = try await request.storage.transact([
    .update(.init("project_decision", filter: subject, set: ["is_active": false], as: "old")),
    .insert(.init("project_decision", values, as: "new", returning: "detail")),
    .update(
      .init(
        "project_decision", filter: Array(subject.dropLast()) + [.eq("is_active", false), .isNull("superseded_by")],
        set: ["superseded_by": StorageValue.ref("new")])),
    .event(
      .init(
        "decision",
        [
          "project_id": body["project"] ?? .null, "category": body["category"] ?? .null, "key": body["key"] ?? .null,
          "value": body["value"] ?? .null,
          "made_by": values["made_by_agent_name"] ?? "",
        ], project: body["project"] ?? .null)),
  ])
  return HTTPCall.reply(results[1]["row"])
}
