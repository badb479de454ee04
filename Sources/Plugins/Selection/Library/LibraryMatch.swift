/// How well a catalogue agent suits a role by what its texts say. Source: contract http.md, section 17.
struct LibraryMatch: Sendable, Equatable {
  /// The least score worth showing.
  static let threshold = 0.10

  enum RoleMatch: Double, Sendable {
    /// Role and duty contain one another.
    case whole = 0.3
    /// A word of the role stands in the duty.
    case word = 0.15
    case none = 0
  }

  let role: RoleMatch
  let matchedSkills: [String]
  let missingSkills: [String]
  let matchedDomains: [String]
  let missingDomains: [String]

  init(_ agent: CatalogueAgent, role: String, skills: [String], domains: [String]) {
    let duty = agent.duty.lowercased()
    let detail = agent.detail.lowercased()
    let isNamed: (String) -> Bool = { detail.contains($0.lowercased()) }
    self.role = Self.match(role.lowercased(), duty)
    matchedSkills = skills.filter(isNamed)
    missingSkills = skills.filter { !isNamed($0) }
    matchedDomains = domains.filter(isNamed)
    missingDomains = domains.filter { !isNamed($0) }
  }

  var skillCoverage: Double { Self.share(matchedSkills, missingSkills) }
  var domainCoverage: Double { Self.share(matchedDomains, missingDomains) }
  var score: Double { min(1, role.rawValue + 0.4 * skillCoverage + 0.3 * domainCoverage) }

  private static func match(_ role: String, _ duty: String) -> RoleMatch {
    guard !duty.isEmpty, !role.isEmpty else { return .none }
    if duty.contains(role) || role.contains(duty) { return .whole }
    return role.split { !$0.isLetter && !$0.isNumber }.contains { duty.contains($0) } ? .word : .none
  }

  private static func share(_ matched: [String], _ missing: [String]) -> Double {
    matched.isEmpty ? 0 : Double(matched.count) / Double(matched.count + missing.count)
  }
}
