/// What the order of a ranking is decided by, in this sequence; what is equal in all keeps its base order.
struct RankingKey: Sendable, Equatable {
  let total: Double
  let fit: Double
  let activeFaultCount: Int
  /// The static scores as they are, unclamped.
  let performance: Double
  let brandCertified: Double
  let recognition: Double
  let recentSuccessAt: Timestamp

  init(_ ranking: CandidateRanking, _ agent: AgentProfile, _ activeFaultCount: Int) {
    total = ranking.total
    fit = ranking.fit.score
    self.activeFaultCount = activeFaultCount
    performance = agent.staticScore.performance
    brandCertified = agent.staticScore.brandCertified
    recognition = agent.staticScore.recognition
    recentSuccessAt = agent.recentSuccessAt ?? .epoch
  }

  func precedes(_ other: RankingKey) -> Bool {
    if total != other.total { return total > other.total }
    if fit != other.fit { return fit > other.fit }
    if activeFaultCount != other.activeFaultCount { return activeFaultCount < other.activeFaultCount }
    if performance != other.performance { return performance > other.performance }
    if brandCertified != other.brandCertified { return brandCertified > other.brandCertified }
    if recognition != other.recognition { return recognition > other.recognition }
    return recentSuccessAt > other.recentSuccessAt
  }
}
