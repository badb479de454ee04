import JSONRPC
import PluginKit
import PluginProtocol

/// Source: contract http.md, section 9.2, team: makes the default team when there is none, unless `init=false`.
@Sendable func team(_ request: Request) async throws -> JSON {
  let call = try request.http
  try await requireProject(request, call)
  if call.query("init") != "false" { try await makeDefaultTeam(request.storage, project: call.path("id")) }
  return HTTPCall.reply(.array(try await members(request.storage, project: call.path("id"))))
}

/// Source: contract http.md, section 9.2, init_team.
@Sendable func initTeam(_ request: Request) async throws -> JSON {
  let call = try request.http
  try await requireProject(request, call)
  let made = try await makeDefaultTeam(request.storage, project: call.path("id"))
  let team = try await members(request.storage, project: call.path("id"))
  let text = made ? "The default team of \(team.count) agents was made." : "The project has a team already."
  return HTTPCall.reply(["message": .string(text), "members": .array(team)], status: made ? 201 : 200)
}

private let defaultTeamSize = 6

func requireProject(_ request: Request, _ call: HTTPCall) async throws {
  guard try await request.storage.row("project", key: call.path("id"), shape: "list") != nil else { throw HTTPCall.notFound("Project") }
}

private func members(_ storage: Storage, project: JSON) async throws -> [JSON] {
  try await storage.rows(.init("team_member", filter: [.eq("project", project)], limit: StorageRead.rowLimit))
}

/// Puts the first agents by number, as many as the quota allows, into a project without a team, in one transaction: of two callers at once one does it.
///
/// - Returns: whether this call made the team.
@discardableResult
private func makeDefaultTeam(_ storage: Storage, project: JSON) async throws -> Bool {
  guard try await storage.count("team_member", filter: [.eq("project", project)]) == 0 else { return false }
  let agents = try await storage.rows(.init("agent", order: ["agent_no"], limit: defaultTeamSize, shape: "list"))
  guard !agents.isEmpty else { return false }
  let rows: [JSONObject] = agents.map { agent in
    let role = agent["duty"].string.flatMap { $0.isEmpty ? nil : $0 } ?? agent["name"].string ?? ""
    return ["project": project, "agent": agent["id"], "role": .string(String(role.unicodeScalars.prefix(100))), "time_spent": "0mins"]
  }
  let nobodyYet = StorageStep.Expectation("team_member", filter: [.eq("project", project)], maximum: 0, tag: "team_exists")
  do {
    try await storage.transact([.expect(nobodyYet), .insert(.init("team_member", rows: rows, stopsAtQuota: true))])
    return true
  } catch {
    guard error.applicationCode == "expectation" else { throw error }
    return false
  }
}
