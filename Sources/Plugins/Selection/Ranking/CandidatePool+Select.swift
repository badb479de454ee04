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
    let fitting = ranking.firstIndex { $0.fit.score >= config.minFitThreshold }
    let selected = config.promoteFitting ? fitting : (fitting == 0 ? 0 : nil)
    return SelectionDecision(
      ranking: ranking, selectedIndex: selected, source: .system, batchIndex: batchIndex, promoted: (selected ?? 0) > 0)
  }

  /// Newcomers' slots go out in the order of the batch, whatever the fit.
  private mutating func rank(_ batch: [Int], for requirement: Requirement) throws(SelectionError) -> [CandidateRanking] {
    let scorer = try scorer(for: requirement)
    var slotsLeft = config.coldStartQuota
    var entries: [(ranking: CandidateRanking, key: RankingKey)] = []
    for index in batch {
      guard let base = baseScores[index] else { throw .staticWeightsNotPositive }
      let hasSlot = agents[index].isColdStart && slotsLeft > 0
      if hasSlot { slotsLeft -= 1 }
      let ranking = ranking(of: agents[index], base, scorer, offer(at: index), hasSlot: hasSlot)
      entries.append((ranking, RankingKey(ranking, agents[index], activeFaultCount(at: index))))
    }
    let ordered = entries.enumerated().sorted { left, right in
      left.element.key == right.element.key ? left.offset < right.offset : left.element.key.precedes(right.element.key)
    }
    return ordered.map(\.element.ranking)
  }

  private func ranking(of agent: AgentProfile, _ base: BaseScore, _ scorer: FitScorer, _ offer: Offer, hasSlot: Bool) -> CandidateRanking {
    let fit = scorer.fit(of: agent.capabilities, offering: offer)
    let adjustment = hasSlot ? config.coldStartBonus : agent.isColdStart ? -config.coldStartOverflowPenalty : 0
    let newcomerNotes = agent.isColdStart ? ["Newcomer: takes only a limited share of the work"] : []
    return CandidateRanking(
      agentID: agent.id, agentName: agent.name, base: base, fit: fit, requirementWeight: config.requirementWeight,
      isColdStart: agent.isColdStart, coldStartSlotReserved: hasSlot, coldStartAdjustment: adjustment,
      riskNotes: fit.gapNotes + newcomerNotes)
  }
}
