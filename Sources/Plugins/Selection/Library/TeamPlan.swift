/// The roles a list of requirements asks for.
struct TeamPlan: Sendable {
  /// One requirement as a client sends it.
  struct Item: Sendable, Equatable {
    let id: String
    let content: String
    let skills: [String]
  }

  struct Role: Sendable {
    let rule: RoleRule
    /// Ids, in the given order.
    let requirements: [String]
    /// The rule's, then those the requirements name.
    let skills: [String]
    let reasons: [String]
  }

  let roles: [Role]
  let complexity: String
  let analysis: String
  let reasoning: String
  let teamSize: Int

  init(roles: [Role], complexity: String, analysis: String, reasoning: String, teamSize: Int) {
    self.roles = roles
    self.complexity = complexity
    self.analysis = analysis
    self.reasoning = reasoning
    self.teamSize = teamSize
  }

  /// Finds them by rules.
  init(_ items: [Item]) {
    let needs = items.map { item in (item, Self.needed(for: item)) }
    let roles = RoleRule.all.compactMap { rule -> Role? in
      let mine = needs.filter { $0.1.contains { $0.role == rule.role } }
      guard !mine.isEmpty else { return nil }
      var skills = rule.skills
      var reasons: [String] = []
      for (item, needed) in mine {
        for skill in item.skills where !skills.contains(skill) && rule.role != RoleRule.tester.role { skills.append(skill) }
        reasons += needed.filter { $0.role == rule.role }.map { "\(item.id): \($0.reason)" }
      }
      return Role(rule: rule, requirements: mine.map(\.0.id), skills: skills, reasons: reasons)
    }
    let complexity = items.count <= 2 ? "low" : items.count <= 6 ? "medium" : "high"
    self.init(
      roles: roles, complexity: complexity,
      analysis: "\(items.count) requirement\(items.count == 1 ? "" : "s"), \(complexity) complexity.",
      reasoning: "Roles found by key words, no language model was asked: "
        + roles.map { "\($0.rule.role) (\($0.requirements.joined(separator: ", ")))" }.joined(separator: "; ") + ".",
      teamSize: roles.count)
  }

  private static func needed(for item: Item) -> [(role: String, reason: String)] {
    let text = ([item.content] + item.skills).joined(separator: "\n").lowercased()
    var found = RoleRule.all.compactMap { rule in
      rule.signs.first { text.contains($0) }.map { (role: rule.role, reason: "speaks of \($0)") }
    }
    if found.isEmpty { found = [(RoleRule.fallback.role, "no other role recognises it")] }
    return found + [(RoleRule.tester.role, "is to be tested")]
  }
}
