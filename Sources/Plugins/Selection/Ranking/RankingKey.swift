/// What the order of a ranking is decided by, in this sequence; what is equal in all keeps its base order.
struct RankingKey: Sendable, Equatable {
  let total: Double
  let fit: Double
  let activeFaultCount: Int
  let performance: Double
  let brandCertified: Double
  let recognition: Double
  let recentSuccessAt: Timestamp

  init(total: Double, fit: Double, _ tieBreak: TieBreak) {
    self.total = total
    self.fit = fit
    activeFaultCount = tieBreak.faults.count
    performance = tieBreak.performance
    brandCertified = tieBreak.brandCertified
    recognition = tieBreak.recognition
    recentSuccessAt = tieBreak.recentSuccessAt
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

  /// Indices of the keys, best first; equal ones as they stand.
  static func order(_ keys: [RankingKey]) -> [Int] {
    keys.indices.sorted { keys[$0] == keys[$1] ? $0 < $1 : keys[$0].precedes(keys[$1]) }
  }
}
