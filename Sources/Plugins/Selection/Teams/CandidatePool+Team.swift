extension CandidatePool {
  /// Builds a team as an analysis asks; without one, or when it sees no need to collaborate, the single best agent.
  ///
  /// - Throws: ``SelectionError`` for weights that do not add up.
  mutating func team(for requirement: Requirement, analysis: TeamAnalysis?) throws(SelectionError) -> Team {
    guard baseScores.allSatisfy({ $0 != nil }) else { throw .staticWeightsNotPositive }
    guard let analysis, analysis.needsCollaboration else {
      return Team(assignments: try singleBest(for: requirement), mode: .single, analysis: analysis)
    }
    var assignments: [Team.Assignment] = []
    var taken: Set<Int> = []
    let wanted = analysis.requiredRoles.map { ($0, true) } + analysis.optionalRoles.map { ($0, false) }
    for (name, isRequired) in wanted {
      guard let role = vocabulary.role(named: Term(name).folded), let best = try best(for: role, of: requirement, without: taken) else {
        continue
      }
      taken.insert(best.index)
      assignments.append(Team.Assignment(role: role.name.text, ranking: best.ranking, isRequired: isRequired))
    }
    let mode = assignments.count < 2 ? .single : Team.Mode(rawValue: analysis.collaborationMode.lowercased()) ?? .single
    return Team(assignments: assignments, mode: mode, analysis: analysis)
  }

  /// The agent with the highest total; no bonus for newcomers, no threshold, the first of equals.
  private mutating func singleBest(for requirement: Requirement) throws(SelectionError) -> [Team.Assignment] {
    let scorer = try scorer(for: requirement)
    guard let best = highest(scorer) else { return [] }
    let ranking = teamRanking(of: best, scorer, notes: [])
    return [Team.Assignment(role: inferredRole(of: agents[best.index]).text, ranking: ranking, isRequired: true)]
  }

  private mutating func best(for role: Vocabulary.Role, of requirement: Requirement, without taken: Set<Int>) throws(SelectionError)
    -> (index: Int, ranking: CandidateRanking)?
  {
    var wanted = requirement
    wanted.names[.skills] = Set(role.capabilities)
    wanted.notes = "[\(role.name.text)] \(requirement.notes)"
    let scorer = try scorer(for: wanted, domainNeedsSkill: config.teamSkillBeforeDomain)
    guard let best = highest(scorer, minimumFit: config.minFitThreshold, without: taken) else { return nil }
    return (best.index, teamRanking(of: best, scorer, notes: ["Role: \(role.name.text)"]))
  }

  private mutating func highest(_ scorer: FitScorer, minimumFit: Double = 0, without taken: Set<Int> = []) -> (
    index: Int, base: BaseScore
  )? {
    var best: (index: Int, base: BaseScore)?
    var highest = -Double.infinity
    for index in agents.indices where !taken.contains(index) {
      guard let base = baseScores[index] else { continue }
      let fit = scorer.score(offer(at: index))
      let total = base.total + fit * config.requirementWeight
      if fit >= minimumFit, total > highest { (best, highest) = ((index, base), total) }
    }
    return best
  }

  private mutating func teamRanking(of best: (index: Int, base: BaseScore), _ scorer: FitScorer, notes: [String]) -> CandidateRanking {
    let agent = agents[best.index]
    let fit = scorer.fit(of: agent.capabilities, offering: offer(at: best.index))
    return CandidateRanking(
      agentID: agent.id, agentName: agent.name, base: best.base, fit: fit,
      rules: SelectionRules(config, weights: config.requirementWeights), tieBreak: TieBreak(agent, position: best.index, at: now),
      isColdStart: agent.isColdStart, coldStartSlotReserved: agent.isColdStart, coldStartAdjustment: 0,
      riskNotes: notes + fit.rationales)
  }

  /// The role with which an agent's skills, as written, share most names; the first of equals, full stack when none.
  private func inferredRole(of agent: AgentProfile) -> Term {
    let skills = Set(agent.capabilities.names[.skills].map { Term($0.text.lowercased()) })
    var best: (name: Term, shared: Int) = ("fullstack_dev", 0)
    for role in vocabulary.roles {
      let shared = role.capabilities.count(where: skills.contains)
      if shared > best.shared { best = (role.name, shared) }
    }
    return best.name
  }
}
