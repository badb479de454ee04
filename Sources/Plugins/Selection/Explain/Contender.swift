/// One candidate of a decision, reduced to what its place follows from.
struct Contender: Sendable, Equatable {
  struct Field: Sendable, Equatable {
    let field: RequirementField
    var matched: [String]
    var missing: [String]

    /// Share of the wanted names.
    var coverage: Double { matched.isEmpty ? 0 : Double(matched.count) / Double(matched.count + missing.count) }
  }

  /// As text: of a catalogue agent its key.
  let id: String
  let name: String
  /// Sum 1.
  let baseWeights: BaseParts
  let metasoGenerated: Double
  var tieBreak: TieBreak
  var fields: [Field]
  /// Of the description; nil when it was not looked at.
  let description: Double?
  let isColdStart: Bool

  func base(_ rules: SelectionRules) -> BaseScore {
    BaseScore(
      weights: baseWeights,
      values: BaseParts(
        performance: BaseScore.clamped(tieBreak.performance), recognition: BaseScore.clamped(tieBreak.recognition),
        brandCertified: BaseScore.clamped(tieBreak.brandCertified), metasoGenerated: BaseScore.clamped(metasoGenerated),
        fault: BaseScore.faultValue(tieBreak.faults, rules.severityWeights)))
  }

  /// The parts of the fit in the order their sum runs: the name of the weight, and how much of it counts.
  var parts: [(name: String, coverage: Double)] {
    fields.map { ($0.field.name, $0.coverage) } + (description.map { [("description", $0)] } ?? [])
  }

  func fit(_ weights: FitWeights) -> Double {
    var score = 0.0
    for field in fields { score += weights[field.field] * field.coverage }
    if let description, weights.description > 0 { score += weights.description * description }
    return BaseScore.clamped(score)
  }
}

extension CandidateRanking {
  var contender: Contender {
    Contender(
      id: agentID, name: agentName, baseWeights: base.weights, metasoGenerated: base.values.metasoGenerated, tieBreak: tieBreak,
      fields: fit.fields.map { Contender.Field(field: $0.field, matched: $0.matched, missing: $0.missing) },
      description: fit.description?.coverage, isColdStart: isColdStart)
  }
}
