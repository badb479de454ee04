/// What decides between candidates of the same total and fit, and where a candidate stood before anything was decided.
struct TieBreak: Sendable, Equatable {
  /// The severities of the active faults; fewer are better.
  var faults: [String]
  /// The static scores as they are, unclamped.
  var performance: Double
  var brandCertified: Double
  var recognition: Double
  var recentSuccessAt: Timestamp
  /// In the list of candidates, from zero; decides between equals of the base order.
  var position: Int

  init(_ agent: AgentProfile, position: Int, at now: Timestamp) {
    faults = agent.faults.filter { $0.isActive(at: now) }.map(\.severity)
    performance = agent.staticScore.performance
    brandCertified = agent.staticScore.brandCertified
    recognition = agent.staticScore.recognition
    recentSuccessAt = agent.recentSuccessAt ?? .epoch
    self.position = position
  }
}
