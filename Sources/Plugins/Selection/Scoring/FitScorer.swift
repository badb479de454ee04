/// A requirement made ready to be held against many agents.
struct FitScorer: Sendable {
  /// What one field of the requirement wants.
  struct Demand: Sendable {
    let field: RequirementField
    let weight: Double
    /// Core names in code point order, with their numbers.
    let names: [(text: String, id: Int)]
    /// How many names were written, before spellings fell together.
    let writtenCount: Int
  }

  private let demands: [Demand]
  private let descriptionWeight: Double
  private let noteKeywords: Set<Int>
  private let hasNotes: Bool
  private let domainNeedsSkill: Bool

  /// - Parameter domainNeedsSkill: a domain counts only for an agent that has one of the skills, when skills are wanted.
  /// - Throws: ``SelectionError/requirementWeightsNotPositive``.
  init(
    _ requirement: Requirement, _ config: ScoringConfig, _ vocabulary: Vocabulary, _ lexicon: inout Lexicon, domainNeedsSkill: Bool = false
  ) throws(SelectionError) {
    let weights = try FitWeights(FitWeights.merged(config.requirementWeights, overrides: requirement.weightOverrides))
    var demands: [Demand] = []
    for field in RequirementField.allCases {
      let written = requirement.names[field]
      guard !written.isEmpty else { continue }
      var names: [(text: String, id: Int)] = []
      for term in vocabulary.core(written, in: field).sorted() { names.append((term.text, lexicon.id(of: term))) }
      demands.append(Demand(field: field, weight: weights[field], names: names, writtenCount: written.count))
    }
    self.demands = demands
    descriptionWeight = weights.description
    noteKeywords = lexicon.ids(of: vocabulary.keywords(of: requirement.notes))
    hasNotes = !requirement.notes.isEmpty
    self.domainNeedsSkill = domainNeedsSkill
  }

  /// The fit alone, 0 to 1: what ``fit(of:offering:)`` would say, without the explanation.
  func score(_ offer: Offer) -> Double {
    let skillHit = hasSkillHit(offer)
    var score = 0.0
    for demand in demands { score += demand.weight * coverage(of: demand, offer, skillHit: skillHit) }
    if comparesDescription(offer) { score += descriptionWeight * descriptionCoverage(offer) }
    return min(max(score, 0), 1)
  }

  /// The fit with all that explains it.
  func fit(of capabilities: AgentProfile.Capabilities, offering offer: Offer) -> RequirementFit {
    let skillHit = hasSkillHit(offer)
    let fields = demands.map { demand in
      let offered = offer[demand.field]
      return RequirementFit.Field(
        field: demand.field, weight: demand.weight, coverage: coverage(of: demand, offer, skillHit: skillHit),
        matched: demand.names.filter { offered.contains($0.id) }.map(\.text),
        missing: demand.names.filter { !offered.contains($0.id) }.map(\.text), writtenCount: demand.writtenCount)
    }
    let wantsDomains = demands.contains { $0.field == .domains }
    return RequirementFit(
      score: score(offer), fields: fields,
      description: comparesDescription(offer)
        ? RequirementFit.Description(weight: descriptionWeight, coverage: descriptionCoverage(offer)) : nil,
      similarCases: wantsDomains ? Array(capabilities.similarCases.prefix(3)) : [])
  }

  private func coverage(of demand: Demand, _ offer: Offer, skillHit: Bool) -> Double {
    guard !demand.names.isEmpty, skillHit || demand.field != .domains else { return 0 }
    return Double(hits(of: demand, offer)) / Double(demand.names.count)
  }

  private func hits(of demand: Demand, _ offer: Offer) -> Int {
    let offered = offer[demand.field]
    return demand.names.reduce(0) { offered.contains($1.id) ? $0 + 1 : $0 }
  }

  /// True also when it does not matter.
  private func hasSkillHit(_ offer: Offer) -> Bool {
    guard domainNeedsSkill, let skills = demands.first(where: { $0.field == .skills }) else { return true }
    return hits(of: skills, offer) > 0
  }

  private func comparesDescription(_ offer: Offer) -> Bool { descriptionWeight > 0 && (offer.hasDescription || hasNotes) }

  private func descriptionCoverage(_ offer: Offer) -> Double {
    guard !noteKeywords.isEmpty else { return 0 }
    let shared = noteKeywords.reduce(0) { offer.keywords.contains($1) ? $0 + 1 : $0 }
    return Double(shared) / Double(noteKeywords.count)
  }
}
