import JSONRPC

/// Catalogue agents, and a generated one, in the order in which they suit a role.
struct LibraryShelf: Sendable {
  private enum Item: Sendable {
    case agent(CatalogueAgent, LibraryMatch)
    case generated(JSONObject)
  }

  private let items: [(score: Double, item: Item)]
  /// Whether agents were left out for suiting too little.
  private let hasUnfit: Bool

  /// - Parameter agents: by number, which decides between equals.
  init(_ agents: [CatalogueAgent], role: String, skills: [String], domains: [String], generated: JSONObject? = nil) {
    var items: [(score: Double, item: Item)] = []
    if let generated { items.append((generated["estimated_score"]?.double ?? 0.5, .generated(generated))) }
    for agent in agents {
      let match = LibraryMatch(agent, role: role, skills: skills, domains: domains)
      if match.score >= LibraryMatch.threshold { items.append((match.score, .agent(agent, match))) }
    }
    hasUnfit = items.count < agents.count + (generated == nil ? 0 : 1)
    self.items = items.enumerated().sorted { left, right in
      left.element.score == right.element.score ? left.offset < right.offset : left.element.score > right.element.score
    }.map(\.element)
  }

  /// The best catalogue agent.
  var best: (agent: CatalogueAgent, match: LibraryMatch)? {
    for case (_, .agent(let agent, let match)) in items { return (agent, match) }
    return nil
  }

  func page(offset: Int, limit: Int) -> (candidates: [JSON], hasMore: Bool, thresholdReached: Bool) {
    let shown = items.dropFirst(offset).prefix(limit)
    let hasMore = items.count - min(offset, items.count) > limit
    let candidates = shown.enumerated().map { index, entry in
      switch entry.item {
      case .agent(let agent, let match): Self.json(agent, match, rank: offset + index + 1)
      case .generated(let spec): Self.json(generated: spec, score: entry.score, rank: offset + index + 1)
      }
    }
    return (candidates, hasMore, !hasMore && hasUnfit)
  }

  private static func json(_ agent: CatalogueAgent, _ match: LibraryMatch, rank: Int) -> JSON {
    [
      "agent_id": .string(String(agent.id)), "is_metaso": false, "name": .string(agent.name), "avatar": .string(agent.avatar),
      "duty": .string(agent.duty), "detail": .string(agent.detail), "cost_per_min": .double(agent.costPerMinute),
      "total_score": .double(match.score), "s_base_score": 0.5, "requirement_fit_score": .double(match.score), "rank": .int(rank),
      "reasons": JSON(match.reasons), "requirement_fit_matched": match.matchedJSON, "requirement_fit_missing": match.missingJSON,
      "requirement_fit_partial": match.partialJSON, "requirement_fit_rationales": JSON(match.rationales),
      "risk_notes": JSON(match.riskNotes),
    ]
  }

  private static func json(generated spec: JSONObject, score: Double, rank: Int) -> JSON {
    [
      "agent_id": spec["agent_id"] ?? "", "is_metaso": true, "name": spec["name"] ?? "", "avatar": "",
      "duty": spec["domains"]?[0].string.map(JSON.string) ?? "", "detail": spec["description"] ?? "", "cost_per_min": 0,
      "total_score": .double(score), "s_base_score": 0.5, "requirement_fit_score": .double(score), "rank": .int(rank),
      "reasons": ["Made for this role"], "requirement_fit_matched": [:], "requirement_fit_missing": [:], "requirement_fit_partial": [:],
      "requirement_fit_rationales": [], "risk_notes": ["New: it has not worked yet"],
    ]
  }
}
