/// What an agent offers, its names brought to their core form and numbered.
struct Offer: Sendable {
  private let names: [Set<Int>]
  let keywords: Set<Int>
  let hasDescription: Bool

  init(_ capabilities: AgentProfile.Capabilities, _ vocabulary: Vocabulary, _ lexicon: inout Lexicon) {
    var names: [Set<Int>] = []
    names.reserveCapacity(RequirementField.allCases.count)
    for field in RequirementField.allCases {
      names.append(lexicon.ids(of: vocabulary.core(capabilities.names[field], in: field)))
    }
    self.names = names
    keywords = lexicon.ids(of: vocabulary.keywords(of: capabilities.description))
    hasDescription = !capabilities.description.isEmpty
  }

  subscript(_ field: RequirementField) -> Set<Int> { names[field.rawValue] }
}

extension Vocabulary {
  /// Skills and domains go through the tables; the other fields are compared as they are written.
  func core(_ names: Set<Term>, in field: RequirementField) -> Set<Term> {
    switch field {
    case .skills: skills(names)
    case .domains: domains(names)
    case .tools, .languages, .regions, .complianceTags: names
    }
  }
}
