/// A field in which a requirement may name what it wants; the order of the cases is the order of evaluation.
enum RequirementField: Int, Sendable, CaseIterable {
  case skills, tools, domains, languages, regions, complianceTags

  /// As it is written on the wire.
  var name: String {
    switch self {
    case .skills: "skills"
    case .tools: "tools"
    case .domains: "domains"
    case .languages: "languages"
    case .regions: "regions"
    case .complianceTags: "compliance_tags"
    }
  }
}

/// A set of names for each field, empty until set.
struct NamesByField: Sendable, Equatable {
  private var sets = [Set<Term>](repeating: [], count: RequirementField.allCases.count)

  subscript(_ field: RequirementField) -> Set<Term> {
    get { sets[field.rawValue] }
    set { sets[field.rawValue] = newValue }
  }
}
