import JSONRPC
import PluginKit

extension SelectionPlugin {
  /// `POST /projects/{id}/suggest-agents/`: a model names the roles, rules do when there is none. Source: contract http.md, section 17.
  @Sendable func suggestAgents(_ request: Request) async throws -> JSON {
    let call = HTTPCall(try request.params)
    let storage = Storage(request.host)
    try await requireProject(call.path("id"), storage)
    let items = try LibraryBody.items(call.body["requirements"], field: "requirements")
    let plan = try await plan(items, project: call.path("id"), request)
    let suggestions = await Self.suggestions(plan, try await AgentDirectory(storage: storage).agents(), project: call.path("id").int ?? 0)
    return HTTPCall.reply([
      "suggestions": .array(suggestions), "reasoning": .string(plan.reasoning), "complexity": .string(plan.complexity),
      "project_analysis": .string(plan.analysis), "team_size_recommendation": .int(plan.teamSize),
    ])
  }

  private static let modelTime: Duration = .seconds(120)
  /// Answers by rules itself, and says so: ours fit the question better.
  private static let offlineProvider = "llm-offline"

  private func plan(_ items: [TeamPlan.Item], project: JSON, _ request: Request) async throws(RPCError) -> TeamPlan {
    let params: JSON = [
      "alias": "default", "purpose": "roles", "messages": TeamPlan.messages(items), "temperature": 0.3, "max_tokens": 4_000,
      "response_format": ["type": "json"], "attempt": 1, "seed": 0, "agent": ["id": "aa", "name": "AA"], "project": project,
    ]
    do {
      let answer = try await request.host.call("models.complete", params, deadline: Self.modelTime)
      return answer["provider"].string == Self.offlineProvider
        ? TeamPlan(items) : TeamPlan(reply: answer["text"].string ?? "", items: items)
    } catch {
      if error.isAbsence { return TeamPlan(items) }
      if error.applicationCode?.hasPrefix("quota") == true { throw error }
      log.warning("no roles from the model", ["error": error.message])
      throw HTTPCall.refused(503, "LLM service error: \(error.message)")
    }
  }

  @concurrent private static func suggestions(_ plan: TeamPlan, _ agents: [CatalogueAgent], project: Int64) async -> [JSON] {
    plan.roles.map { $0.suggestion(from: agents, project: project) }
  }
}

extension RPCError {
  /// There is no model to ask: the subsystem is switched off, or the manifest does not list it. One that is down is named.
  fileprivate var isAbsence: Bool { code == .methodNotFound || code == .denied || (code == .unavailable && data["plugin"].isNull) }
}
