import JSONRPC

extension LibraryShelf {
  /// A page of the ranking, as clients see it.
  func page(offset: Int, limit: Int) -> JSONObject {
    let ranking = ranking
    let hasMore = ranking.count - min(offset, ranking.count) > limit
    let hasUnfit = ranking.count < books.count + (generated == nil ? 0 : 1)
    let first = ranking.first?.item.id
    let candidates = ranking.enumerated().dropFirst(offset).prefix(limit).map { index, entry in
      var candidate = json(entry.item, entry.score)
      candidate["rank"] = .int(index + 1)
      if entry.item.id != first { candidate["why_not"] = whyNot(entry.item) }
      return JSON.object(candidate)
    }
    return [
      "candidates": .array(candidates), "has_more": .bool(hasMore), "threshold_reached": .bool(!hasMore && hasUnfit),
    ]
  }

  private func whyNot(_ item: Item) -> JSON {
    let ways = LibraryExplanation(of: item.id, on: self).ways
    return ["smallest": ways.first.map { .int($0.size) } ?? .null, "ways": .array(ways.map(\.json))]
  }

  private func json(_ item: Item, _ score: Double) -> JSONObject {
    switch item {
    case .agent(let book): json(book.agent, book.match, score)
    case .generated(let agent): json(agent, score)
    }
  }

  private func json(_ agent: CatalogueAgent, _ match: LibraryMatch, _ score: Double) -> JSONObject {
    [
      "agent_id": .string(String(agent.id)), "is_metaso": false, "name": .string(agent.name), "avatar": .string(agent.avatar),
      "duty": .string(agent.duty), "detail": .string(agent.detail), "cost_per_min": .double(agent.costPerMinute),
      "total_score": .double(score), "s_base_score": 0.5, "requirement_fit_score": .double(score), "reasons": JSON(match.reasons),
      "requirement_fit_matched": match.matchedJSON, "requirement_fit_missing": match.missingJSON,
      "requirement_fit_partial": match.partialJSON, "requirement_fit_rationales": JSON(match.rationales(rules)),
      "risk_notes": JSON(match.riskNotes),
    ]
  }

  private func json(_ agent: GeneratedAgent, _ score: Double) -> JSONObject {
    [
      "agent_id": .string(agent.id), "is_metaso": true, "name": .string(agent.name), "avatar": "",
      "duty": .string(agent.domains.first ?? ""), "detail": .string(agent.description), "cost_per_min": 0,
      "total_score": .double(score), "s_base_score": 0.5, "requirement_fit_score": .double(score), "reasons": ["Made for this role"],
      "requirement_fit_matched": [:], "requirement_fit_missing": [:], "requirement_fit_partial": [:], "requirement_fit_rationales": [],
      "risk_notes": ["New: it has not worked yet"],
    ]
  }
}
