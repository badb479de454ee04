extension CandidatePool {
  /// Ranks one batch of the pool for a requirement and selects from it.
  ///
  /// - Parameter userChoice: id of the agent a user insists on; it wins over the threshold.
  /// - Throws: ``SelectionError``.
  mutating func select(for requirement: Requirement, batchIndex: Int = 0, userChoice: String? = nil) throws(SelectionError)
    -> SelectionDecision
  {
    guard batchIndex >= 0 else { throw .negativeBatchIndex }
    let batch = try batch(batchIndex, meeting: requirement.hardConstraints)
    guard !batch.isEmpty else { return .nobody(batchIndex: batchIndex) }
    let ranking = try rank(batch, for: requirement)
    if let userChoice {
      guard let index = ranking.firstIndex(where: { Term($0.agentID) == Term(userChoice) }) else { throw .overrideNotInBatch }
      return SelectionDecision(ranking: ranking, selectedIndex: index, source: .user, batchIndex: batchIndex, promoted: false)
    }
    let selected = ranking.first?.rules.selected(among: ranking.lazy.map(\.fit.score))
    return SelectionDecision(
      ranking: ranking, selectedIndex: selected, source: .system, batchIndex: batchIndex, promoted: (selected ?? 0) > 0)
  }

  /// Newcomers' slots go out in the order of the batch, whatever the fit.
  private mutating func rank(_ batch: [Int], for requirement: Requirement) throws(SelectionError) -> [CandidateRanking] {
    let scorer = try scorer(for: requirement)
    let rules = SelectionRules(config, weights: FitWeights.merged(config.requirementWeights, overrides: requirement.weightOverrides))
    var slotsLeft = config.coldStartQuota
    var rankings: [CandidateRanking] = []
    for index in batch {
      guard let base = baseScores[index] else { throw .staticWeightsNotPositive }
      let hasSlot = agents[index].isColdStart && slotsLeft > 0
      if hasSlot { slotsLeft -= 1 }
      rankings.append(ranking(of: index, base, scorer, rules, hasSlot: hasSlot))
    }
    return RankingKey.order(rankings.map { RankingKey(total: $0.total, fit: $0.fit.score, $0.tieBreak) }).map { rankings[$0] }
  }

  private mutating func ranking(of index: Int, _ base: BaseScore, _ scorer: FitScorer, _ rules: SelectionRules, hasSlot: Bool)
    -> CandidateRanking
  {
    let agent = agents[index]
    let fit = scorer.fit(of: agent.capabilities, offering: offer(at: index))
    let newcomerNotes = agent.isColdStart ? ["Newcomer: takes only a limited share of the work"] : []
    return CandidateRanking(
      agentID: agent.id, agentName: agent.name, base: base, fit: fit, rules: rules,
      tieBreak: TieBreak(agent, position: index, at: now), isColdStart: agent.isColdStart, coldStartSlotReserved: hasSlot,
      coldStartAdjustment: rules.adjustment(isColdStart: agent.isColdStart, hasSlot: hasSlot), riskNotes: fit.gapNotes + newcomerNotes)
  }
}
