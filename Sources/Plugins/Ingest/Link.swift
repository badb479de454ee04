import JSONRPC
import PluginKit
import PluginProtocol

/// What a pushed row belongs to: the headers `X-Execution-Round` and `X-Project-Id`, else a decimal AgentScope project id.
///
/// What lies outside the tenant is ignored. Source: contract http.md, section 14.1.
struct Link {
  let round: JSON
  let project: JSON

  static func find(_ call: HTTPCall, agentscopeProject: JSON, _ storage: Storage) async throws(RPCError) -> Link {
    var round = JSON.null
    var project = JSON.null
    if let id = call.header("x-execution-round").flatMap(UUIDText.canonical) {
      let row = try await storage.row("execution_round", key: .string(id), shape: .inline(.fields("id", "project")))
      round = row?["id"] ?? .null
      project = row?["project"] ?? .null
    }
    if project.isNull, let id = Int64(call.header("x-project-id") ?? agentscopeProject.string ?? "") {
      project = try await storage.row("project", key: .int(id), shape: .inline(.fields("id")))?["id"] ?? .null
    }
    return Link(round: round, project: project)
  }

  /// The members that link a row.
  var fields: JSONObject { ["execution_round": round, "project": project] }
}
