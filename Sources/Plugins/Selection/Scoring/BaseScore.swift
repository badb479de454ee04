/// How good an agent is by itself, whatever is asked: the weighted mean of its parts, 0 to 1 with ordinary weights.
struct BaseScore: Sendable, Equatable {
  /// Sum 1.
  let weights: BaseParts
  let values: BaseParts

  /// - Returns: nil when the agent's weights do not add up to more than zero.
  init?(_ agent: AgentProfile, severityWeights: [String: Double], at now: Timestamp) {
    let given = agent.baseWeights
    let sum = given.performance + given.recognition + given.brandCertified + given.metasoGenerated + given.fault
    guard sum > 0 else { return nil }
    weights = BaseParts(
      performance: given.performance / sum, recognition: given.recognition / sum, brandCertified: given.brandCertified / sum,
      metasoGenerated: given.metasoGenerated / sum, fault: given.fault / sum)
    let score = agent.staticScore
    values = BaseParts(
      performance: Self.clamped(score.performance), recognition: Self.clamped(score.recognition),
      brandCertified: Self.clamped(score.brandCertified), metasoGenerated: Self.clamped(score.metasoGenerated),
      fault: Self.faultValue(agent.faults.lazy.filter { $0.isActive(at: now) }.map(\.severity), severityWeights))
  }

  init(weights: BaseParts, values: BaseParts) {
    self.weights = weights
    self.values = values
  }

  /// What is left of the fault part; a severity without a weight costs nothing.
  static func faultValue(_ severities: some Sequence<String>, _ severityWeights: [String: Double]) -> Double {
    max(0, 1 - severities.reduce(0.0) { $0 + (severityWeights[$1] ?? 0) })
  }

  var total: Double {
    weights.performance * values.performance + weights.recognition * values.recognition + weights.brandCertified * values.brandCertified
      + weights.metasoGenerated * values.metasoGenerated + weights.fault * values.fault
  }

  static func clamped(_ value: Double) -> Double { min(max(value, 0), 1) }
}
