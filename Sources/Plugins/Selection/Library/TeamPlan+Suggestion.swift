import JSONRPC

extension TeamPlan.Role {
  /// What a generated agent is taken to score; at or above the best of the catalogue it is the default.
  private static let generatedScore = 0.5

  /// The role with the agent that would be made for it and the best one of the catalogue.
  func suggestion(from agents: [CatalogueAgent], project: Int64) -> JSON {
    let best = LibraryShelf(agents, role: rule.role, skills: skills, domains: rule.domains).best
    let id = "metaso_\(rule.role)_\(fingerprint(project))"
    let isGenerated = Self.generatedScore >= best?.score ?? 0
    return [
      "role": .string(rule.role), "metaso_agent": generatedAgent(id), "library_agent": best.map { Self.json($0.agent, $0.score) } ?? .null,
      "default_is_metaso": .bool(isGenerated),
      "default_agent_id": .string(isGenerated ? id : best.map { String($0.agent.id) } ?? id), "reasons": JSON(reasons),
      "assigned_requirements": JSON(requirements), "priority": .string(rule.priority),
    ]
  }

  private func generatedAgent(_ id: String) -> JSON {
    [
      "agent_id": .string(id), "name": .string(rule.title), "description": .string(rule.duty), "skills": JSON(skills),
      "domains": JSON(rule.domains), "tags": JSON([rule.role]), "parent_domain": JSON(rule.domains.first),
      "system_prompt": .string("You are the \(rule.title.lowercased()) of a software team. \(rule.duty)."),
      "estimated_score": .double(Self.generatedScore),
    ]
  }

  private static func json(_ agent: CatalogueAgent, _ score: Double) -> JSON {
    [
      "agent_id": .int(agent.id), "name": .string(agent.name), "avatar": .string(agent.avatar), "duty": .string(agent.duty),
      "detail": .string(agent.detail), "cost_per_min": .double(agent.costPerMinute), "score": .double(score),
    ]
  }

  /// Asking again suggests the same agent, and another project another one.
  private func fingerprint(_ project: Int64) -> String { Fingerprint.short([String(project), rule.role] + requirements) }
}
