import JSONRPC
import PluginKit
import PluginProtocol

extension ExecutionMethods {
  /// Source: contract http.md, section 11.1.
  @Sendable func start(_ request: Request) async throws -> JSON {
    let call = try request.http
    guard let project = try await request.storage.row("project", key: call.path("id"), shape: .inline(NewRound.projectShape)) else {
      throw HTTPCall.notFound("Project")
    }
    guard request.meta.tenant != nil else { throw HTTPCall.noTenant }
    let round = try NewRound(body: call.body, project: project, request)
    if round.requirement.isEmpty { try await requireAgreement(project, call.body, request) }
    return HTTPCall.reply(try await enqueue(round, request), status: 202)
  }

  /// Source: contract http.md, section 13: the same requirement and options, with what the body says otherwise.
  @Sendable func rerun(_ request: Request) async throws -> JSON {
    let call = try request.http
    let shape = Shape.fields("id", "project", "requirement_text", "options", "use_task_sharding")
    let old = try await request.round(call, shape: .inline(shape))
    guard let project = try await request.storage.row("project", key: old["project"], shape: .inline(NewRound.projectShape)) else {
      throw HTTPCall.notFound("Project")
    }
    let was: JSONObject = (old["options"].object ?? [:]).merging([
      "requirement": old["requirement_text"], "use_task_sharding": old["use_task_sharding"],
    ])
    var round = try NewRound(body: was.merging(call.body), project: project, request)
    round.rerunOf = old["id"]
    var body = try await enqueue(round, request).object ?? [:]
    body["rerun_of"] = old["id"]
    return HTTPCall.reply(.object(body), status: 202)
  }

  /// Nothing said now is fine when something was agreed before (DECISIONS 23).
  private func requireAgreement(_ project: JSON, _ body: JSONObject, _ request: Request) async throws {
    let conversation = project["main_conversation"]
    if !conversation.isNull, try await request.storage.count("requirement", filter: [.eq("conversation", conversation)]) > 0 { return }
    throw HTTPCall.invalid("requirement", body["requirement"] == nil ? "This field is required." : "This field may not be blank.")
  }

  /// Two callers at once may compute the same number; the later one tries again.
  private static let attempts = 3

  private func enqueue(_ round: NewRound, _ request: Request) async throws -> JSON {
    let team = try await defaultTeam(round.project, request)
    var attempt = 1
    while true {
      do {
        let results = try await request.storage.transact(round.steps(team: team))
        let job = results.lazy.compactMap { $0["id"].string }.first ?? ""
        return [
          "execution_round_id": .string(round.id), "task_id": .string(job), "status": "started",
          "round_number": results[0]["row"]["round_number"], "execution_mode": "queue",
        ]
      } catch {
        guard error.applicationCode == "not_unique", attempt < ExecutionMethods.attempts else { throw error }
        attempt += 1
      }
    }
  }

  /// The members a project without a team gets. Source: contract http.md, section 9.2.
  private func defaultTeam(_ project: JSON, _ request: Request) async throws -> [JSONObject] {
    guard try await request.storage.count("team_member", filter: [.eq("project", project)]) == 0 else { return [] }
    let agents = try await request.storage.rows(.init("agent", order: ["agent_no"], limit: 6, shape: "list"))
    return agents.map { agent in
      let duty = agent["duty"].string ?? ""
      let role = duty.isEmpty ? agent["name"].string ?? "" : duty
      return ["project": project, "agent": agent["id"], "role": .string(String(role.prefix(100))), "time_spent": "0mins"]
    }
  }
}

extension HTTPCall {
  static let noTenant = RPCError.application(
    "no_tenant", status: 403, "no tenant", body: ["detail": "No tenant associated with this user.", "code": "no_tenant"])
}
