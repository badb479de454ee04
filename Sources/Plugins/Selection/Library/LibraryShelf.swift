/// Catalogue agents, and a generated one, in the order in which they suit a role.
struct LibraryShelf: Sendable {
  /// What stands on the shelf before it is put in order.
  struct Book: Sendable, Equatable {
    let agent: CatalogueAgent
    var match: LibraryMatch
  }

  enum Item: Sendable, Equatable {
    case agent(Book)
    case generated(GeneratedAgent)

    /// As a client knows it.
    var id: String {
      switch self {
      case .agent(let book): String(book.agent.id)
      case .generated(let agent): agent.id
      }
    }
  }

  var rules: LibraryRules
  /// By number, which decides between equals.
  var books: [Book]
  /// Stands before catalogue agents of the same score.
  var generated: GeneratedAgent?

  /// - Parameter agents: by number.
  init(
    _ agents: [CatalogueAgent], role: String, skills: [String], domains: [String], generated: GeneratedAgent? = nil,
    rules: LibraryRules = LibraryRules()
  ) {
    self.rules = rules
    self.generated = generated
    books = agents.map { Book(agent: $0, match: LibraryMatch($0, role: role, skills: skills, domains: domains)) }
  }

  /// Best first, without those that suit too little.
  var ranking: [(score: Double, item: Item)] {
    var items: [(score: Double, item: Item)] = generated.map { [($0.estimatedScore, .generated($0))] } ?? []
    for book in books {
      let score = book.match.score(rules)
      if score >= rules.threshold { items.append((score, .agent(book))) }
    }
    let order = items.indices.sorted { items[$0].score == items[$1].score ? $0 < $1 : items[$0].score > items[$1].score }
    return order.map { items[$0] }
  }

  /// The best catalogue agent.
  var best: (agent: CatalogueAgent, score: Double)? {
    for case (let score, .agent(let book)) in ranking { return (book.agent, score) }
    return nil
  }

  /// The id of whoever stands first.
  var first: String? { ranking.first?.item.id }
}
