/// How well a catalogue agent suits a role by what its texts say. Source: contract http.md, section 17.
struct LibraryMatch: Sendable, Equatable {
  enum RoleMatch: Sendable {
    /// Role and duty contain one another.
    case whole
    /// A word of the role stands in the duty.
    case word
    case none
  }

  var role: RoleMatch
  private(set) var matchedSkills: [String]
  private(set) var missingSkills: [String]
  private(set) var matchedDomains: [String]
  private(set) var missingDomains: [String]

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

  /// Twelve decimals, so that what is equal by the formula is equal whatever was added first.
  func score(_ rules: LibraryRules) -> Double { min(1, (uncapped(rules) * 1e12).rounded() / 1e12) }

  func uncapped(_ rules: LibraryRules) -> Double {
    let duty =
      switch role {
      case .whole: rules.role
      case .word: rules.roleWord
      case .none: 0.0
      }
    return duty + rules.skills * skillCoverage + rules.domains * domainCoverage
  }

  /// Counts these names as offered, where they are wanted.
  mutating func offer(skills: [String], domains: [String]) {
    Self.move(Set(skills.map { $0.lowercased() }), &missingSkills, &matchedSkills)
    Self.move(Set(domains.map { $0.lowercased() }), &missingDomains, &matchedDomains)
  }

  private static func move(_ names: Set<String>, _ missing: inout [String], _ matched: inout [String]) {
    matched += missing.filter { names.contains($0.lowercased()) }
    missing.removeAll { names.contains($0.lowercased()) }
  }

  private static func match(_ role: String, _ duty: String) -> RoleMatch {
    guard !duty.isEmpty, !role.isEmpty else { return .none }
    if duty.contains(role) || role.contains(duty) { return .whole }
    return role.split { !$0.isLetter && !$0.isNumber }.contains { duty.contains($0) } ? .word : .none
  }

  private static func share(_ matched: [String], _ missing: [String]) -> Double {
    matched.isEmpty ? 0 : Double(matched.count) / Double(matched.count + missing.count)
  }
}
