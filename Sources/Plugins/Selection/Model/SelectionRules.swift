/// The numbers and switches by which one decision was made.
struct SelectionRules: Sendable, Equatable {
  /// Agents in a batch.
  var topN: Int
  var minFitThreshold: Double
  var promoteFitting: Bool
  var requirementWeight: Double
  var coldStartBonus: Double
  var coldStartQuota: Int
  var coldStartOverflowPenalty: Double
  var severityWeights: [String: Double]
  /// Of the fit, as given: before they are brought to the sum 1.
  var weights: [NamedWeight]

  init(_ config: ScoringConfig, weights: [NamedWeight]) {
    topN = config.topN
    minFitThreshold = config.minFitThreshold
    promoteFitting = config.promoteFitting
    requirementWeight = config.requirementWeight
    coldStartBonus = config.coldStartBonus
    coldStartQuota = config.coldStartQuota
    coldStartOverflowPenalty = config.coldStartOverflowPenalty
    severityWeights = config.severityWeights
    self.weights = weights
  }

  /// What a newcomer's place in the queue for slots is worth; nothing for others.
  func adjustment(isColdStart: Bool, hasSlot: Bool) -> Double { hasSlot ? coldStartBonus : isColdStart ? -coldStartOverflowPenalty : 0 }

  /// The place of the selected one among fits in the order of the ranking.
  func selected(among fits: some Collection<Double>) -> Int? {
    let fitting = fits.firstIndex { $0 >= minFitThreshold }.map { fits.distance(from: fits.startIndex, to: $0) }
    return promoteFitting ? fitting : (fitting == 0 ? 0 : nil)
  }
}
