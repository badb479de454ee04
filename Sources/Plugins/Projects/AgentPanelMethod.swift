import JSONRPC
import PluginKit
import PluginProtocol

/// Source: contract http.md, section 9.1, detail-panel.
@Sendable func agentPanel(_ request: Request) async throws -> JSON {
  let call = try request.http
  guard let agent = try await request.storage.row("agent", key: call.path("id")) else { throw HTTPCall.notFound("Agent") }
  guard let project = try call.intQuery("project") else { throw HTTPCall.refused(400, "project query parameter is required") }
  guard try await request.storage.row("project", key: .int(project), shape: "list") != nil else {
    throw HTTPCall.refused(404, "Project not found")
  }
  let both: [Condition] = [.eq("agent", call.path("id")), .eq("project", .int(project))]
  let answer = try await request.storage.read(
    .many([
      .get(.init("agent_thinking", filter: both, order: ["-created_at"])),
      .select(.init("agent_task_item", filter: both, limit: StorageRead.rowLimit)),
      .select(.init("agent_collaboration", filter: both, limit: StorageRead.rowLimit)),
    ]))["results"]
  return HTTPCall.reply([
    "agent": agent, "thinking": answer[0]["row"], "task_items": answer[1]["rows"], "collaborations": answer[2]["rows"],
  ])
}
