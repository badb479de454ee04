/// Candidates made ready once and asked many times: base scores, their order, and offers as they are needed.
struct CandidatePool: Sendable {
  let agents: [AgentProfile]
  let config: ScoringConfig
  let vocabulary: Vocabulary
  let now: Timestamp
  /// Nil for an agent whose weights do not add up.
  let baseScores: [BaseScore?]
  private(set) var lexicon = Lexicon()
  /// Indices of `agents`, best base first, equal ones in their given order.
  private let baseOrder: [Int]
  private let agentsWithoutBase: [Int]
  private var offers: [Offer?]

  init(_ agents: [AgentProfile], _ config: ScoringConfig, at now: Timestamp, vocabulary: Vocabulary = .standard) {
    self.agents = agents
    self.config = config
    self.vocabulary = vocabulary
    self.now = now
    let scores = agents.map { BaseScore($0, severityWeights: config.severityWeights, at: now) }
    let totals = scores.map { $0?.total ?? 0 }
    baseScores = scores
    baseOrder = agents.indices.filter { scores[$0] != nil }.sorted { totals[$0] == totals[$1] ? $0 < $1 : totals[$0] > totals[$1] }
    agentsWithoutBase = agents.indices.filter { scores[$0] == nil }
    offers = Array(repeating: nil, count: agents.count)
  }

  mutating func offer(at index: Int) -> Offer {
    if let known = offers[index] { return known }
    let offer = Offer(agents[index].capabilities, vocabulary, &lexicon)
    offers[index] = offer
    return offer
  }

  mutating func scorer(for requirement: Requirement, domainNeedsSkill: Bool = false) throws(SelectionError) -> FitScorer {
    try FitScorer(requirement, config, vocabulary, &lexicon, domainNeedsSkill: domainNeedsSkill)
  }

  /// One batch of those who meet the hard constraints, in base order.
  ///
  /// - Throws: ``SelectionError/staticWeightsNotPositive`` when one who meets them has no base score.
  func batch(_ batchIndex: Int, meeting constraints: Requirement.HardConstraints) throws(SelectionError) -> [Int] {
    guard !agentsWithoutBase.contains(where: { agents[$0].capabilities.meets(constraints) }) else { throw .staticWeightsNotPositive }
    let (skipped, overflow) = batchIndex.multipliedReportingOverflow(by: config.topN)
    guard !overflow else { return [] }
    return Array(baseOrder.lazy.filter { agents[$0].capabilities.meets(constraints) }.dropFirst(skipped).prefix(config.topN))
  }
}

extension AgentProfile.Capabilities {
  /// Compares exact text.
  func meets(_ constraints: Requirement.HardConstraints) -> Bool {
    constraints.tools.isSubset(of: names[.tools]) && constraints.certifications.isSubset(of: certifications)
      && constraints.complianceTags.isSubset(of: names[.complianceTags])
  }
}
