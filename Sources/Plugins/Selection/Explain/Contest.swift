/// A decision of the selector made again from what is stored of it, and as it would have been had something been different.
struct Contest: Sendable, Equatable {
  /// One contender's place.
  struct Place: Sendable, Equatable {
    /// In `contenders`.
    let index: Int
    let total: Double
    let fit: Double
    let hasSlot: Bool
  }

  var rules: SelectionRules
  /// Of one batch, in any order.
  var contenders: [Contender]
  let batchIndex: Int

  /// Best first; empty when the weights do not add up.
  func ranking() -> [Place] {
    guard let weights = try? FitWeights(rules.weights) else { return [] }
    let bases = contenders.map { $0.base(rules).total }
    let baseOrder = contenders.indices.sorted {
      bases[$0] == bases[$1] ? contenders[$0].tieBreak.position < contenders[$1].tieBreak.position : bases[$0] > bases[$1]
    }
    var slotsLeft = rules.coldStartQuota
    let places = baseOrder.map { index -> Place in
      let hasSlot = contenders[index].isColdStart && slotsLeft > 0
      if hasSlot { slotsLeft -= 1 }
      let fit = contenders[index].fit(weights)
      let adjustment = rules.adjustment(isColdStart: contenders[index].isColdStart, hasSlot: hasSlot)
      return Place(index: index, total: bases[index] + fit * rules.requirementWeight + adjustment, fit: fit, hasSlot: hasSlot)
    }
    return RankingKey.order(places.map { RankingKey(total: $0.total, fit: $0.fit, contenders[$0.index].tieBreak) }).map { places[$0] }
  }

  /// The contender the selector takes.
  func selected() -> Int? {
    let ranking = ranking()
    return rules.selected(among: ranking.lazy.map(\.fit)).map { ranking[$0].index }
  }

  /// Whether the batch holds the same agents when one of them has another base score; those of the neighbouring batches are not known.
  func keepsBatch(_ index: Int, base: Double) -> Bool {
    let bases = contenders.map { $0.base(rules).total }
    guard let highest = bases.max(), let lowest = bases.min(), base != bases[index] else { return true }
    if base > bases[index] { return batchIndex == 0 || base < highest }
    return contenders.count < rules.topN || base > lowest
  }
}

extension SelectionDecision {
  /// Nil for a decision about nobody.
  var contest: Contest? {
    ranking.first.map { Contest(rules: $0.rules, contenders: ranking.map(\.contender), batchIndex: batchIndex) }
  }
}
