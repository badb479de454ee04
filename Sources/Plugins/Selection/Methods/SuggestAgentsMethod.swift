import JSONRPC
import PluginKit

extension SelectionPlugin {
  /// `POST /projects/{id}/suggest-agents/`, by rules. Source: contract http.md, section 17.
  @Sendable func suggestAgents(_ request: Request) async throws -> JSON {
    let call = HTTPCall(try request.params)
    let storage = Storage(request.host)
    try await requireProject(call, storage)
    let plan = TeamPlan(try LibraryBody.items(call.body["requirements"], field: "requirements"))
    let suggestions = await Self.suggestions(plan, try await AgentDirectory(storage: storage).agents(), project: call.path("id").int ?? 0)
    return HTTPCall.reply([
      "suggestions": .array(suggestions), "reasoning": .string(plan.reasoning), "complexity": .string(plan.complexity),
      "project_analysis": .string(plan.analysis), "team_size_recommendation": .int(plan.roles.count),
    ])
  }

  @concurrent private static func suggestions(_ plan: TeamPlan, _ agents: [CatalogueAgent], project: Int64) async -> [JSON] {
    plan.roles.map { $0.suggestion(from: agents, project: project) }
  }
}
