/// One agent's place in a decision.
struct CandidateRanking: Sendable, Equatable {
  let agentID: String
  let agentName: String
  let base: BaseScore
  let fit: RequirementFit
  let rules: SelectionRules
  var tieBreak: TieBreak
  let isColdStart: Bool
  let coldStartSlotReserved: Bool
  /// The bonus of a newcomer with a slot, the negative penalty of one without, else zero.
  let coldStartAdjustment: Double
  let riskNotes: [String]

  var total: Double { base.total + fit.score * rules.requirementWeight + coldStartAdjustment }
}
