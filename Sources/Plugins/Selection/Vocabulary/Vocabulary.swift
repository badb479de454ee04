/// The tables that bring different spellings of one skill or domain together.
struct Vocabulary: Sendable {
  /// A role of a team and the names it must be able to do.
  struct Role: Sendable, Equatable {
    let name: Term
    let capabilities: [Term]
  }

  static let standard = Vocabulary()

  let coreSkills: [Term]
  let roles: [Role]
  let stopWords: Set<Term>
  private let skills: [Term: Term]
  private let domains: [Term: Term]
  private let defaultDomain = Term(VocabularyTable.defaultDomain)

  private init() {
    let skillEntries = Self.entries(VocabularyTable.skills)
    coreSkills = skillEntries.map(\.name)
    skills = Self.lookUp(skillEntries)
    domains = Self.lookUp(Self.entries(VocabularyTable.domains))
    roles = Self.entries(VocabularyTable.roles).map { Role(name: $0.name, capabilities: $0.others) }
    stopWords = Set(VocabularyTable.stopWords.split(whereSeparator: \.isWhitespace).map { Term(String($0)) })
  }

  /// The core name of a skill; an unknown one is its own, folded.
  func skill(_ name: Term) -> Term {
    let folded = name.folded
    return skills[folded] ?? folded
  }

  /// The core name of a domain; every unknown one is the same: `specialist`.
  func domain(_ name: Term) -> Term { knownDomain(name) ?? defaultDomain }

  /// The core name of a domain, nil for an unknown one.
  func knownDomain(_ name: Term) -> Term? { domains[name.folded] }

  func skills(_ names: some Sequence<Term>) -> Set<Term> { Set(names.lazy.filter { !$0.isEmpty }.map(skill)) }

  func domains(_ names: some Sequence<Term>) -> Set<Term> { Set(names.lazy.filter { !$0.isEmpty }.map(domain)) }

  func role(named name: Term) -> Role? { roles.first { $0.name == name } }

  private static func entries(_ table: String) -> [(name: Term, others: [Term])] {
    table.split(separator: "\n").map { line in
      let parts = line.split(separator: ":", maxSplits: 1)
      let others = parts.count > 1 ? parts[1].split(separator: ",") : []
      return (trimmed(parts[0]), others.map(trimmed).filter { !$0.isEmpty })
    }
  }

  private static func trimmed(_ text: Substring) -> Term { Term(String(text)).folded }

  private static func lookUp(_ entries: [(name: Term, others: [Term])]) -> [Term: Term] {
    var table: [Term: Term] = [:]
    for entry in entries {
      for spelling in [entry.name] + entry.others where table[spelling] == nil { table[spelling] = entry.name }
    }
    return table
  }
}
