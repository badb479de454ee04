import JSONRPC

/// The stored rows of one decision, and what can be said about one of them.
struct StoredDecision {
  /// In the order of the ranking.
  let rows: [JSON]
  /// The row in question.
  let index: Int
  /// Nil when the rows do not hold enough to decide again, or the selector would not have decided as is stored.
  let contest: Contest?

  /// - Parameter rows: an agent made for the requirement, which was not ranked, may be among them.
  init?(_ rows: [JSON], about id: JSON) {
    guard let index = rows.firstIndex(where: { $0["id"] == id }) else { return nil }
    self.rows = rows
    self.index = index
    let ranked = rows.filter { !Self.isSpawned($0) }
    let contest = Contest(stored: ranked)
    let isSame = rows[index]["decision_source"] == "user" || contest?.selected() == ranked.firstIndex { $0["is_selected"] == true }
    self.contest = isSame ? contest : nil
  }

  private static func isSpawned(_ row: JSON) -> Bool { row["scoring_breakdown"]["spawned"] == true }

  private var row: JSON { rows[index] }
  private var selected: JSON? { rows.first { $0["is_selected"] == true } }
  private var isUsersChoice: Bool { row["decision_source"] == "user" }

  /// Who stands where in the contest: made agents are left out of it.
  private var contenders: [JSON] { rows.filter { !Self.isSpawned($0) } }

  var json: JSON {
    let explanation = explanation
    let ways = explanation?.ways ?? usersWays
    return [
      "id": row["id"], "execution_round": row["execution_round"], "role_assigned": row["role_assigned"],
      "batch_index": row["batch_index"], "agent": row["agent"], "agent_name": row["agent_name"], "is_selected": row["is_selected"],
      "rank": .int(index + 1), "candidate_count": .int(rows.count), "decision_source": row["decision_source"],
      "selected": selected.map { Self.who($0) } ?? .null, "total_score": row["total_score"],
      "requirement_fit_score": row["requirement_fit_score"], "margin": margin, "min_fit_threshold": threshold,
      "exact": .bool(contest != nil), "verdict": .string(verdict), "smallest": ways.first.map { .int($0.size) } ?? .null,
      "sets_tried_below": explanation.map { .int($0.triedBelow) } ?? .null, "ways": .array(ways.map(json)),
    ]
  }

  /// How far the selected one is ahead; negative when it is behind.
  private var margin: JSON {
    guard let best = selected?["total_score"].double, let own = row["total_score"].double, row["is_selected"] != true else { return .null }
    return .double(best - own)
  }

  private var threshold: JSON { contest.map { .double($0.rules.minFitThreshold) } ?? .null }

  private var explanation: Explanation? {
    guard let contest, let place = contenders.firstIndex(where: { $0["id"] == row["id"] }), !isUsersChoice else { return nil }
    return Explanation(of: place, in: contest)
  }

  /// Against a user's choice only another choice helps; without one the selector decides.
  private var usersWays: [Explanation.Way] {
    guard let contest, isUsersChoice, let chosen = selected else { return [] }
    let system = contest.selected()
    let from = Self.id(chosen)
    if row["is_selected"] == true {
      guard system.map({ contenders[$0]["id"] }) != row["id"] else { return [] }
      return [.init(facts: [.userChoice(from: from, to: nil)], size: 1, selected: system)]
    }
    let own = contenders.firstIndex { $0["id"] == row["id"] }
    let choice = Explanation.Way(facts: [.userChoice(from: from, to: Self.id(row))], size: 1, selected: own)
    return [choice] + (own != nil && own == system ? [.init(facts: [.userChoice(from: from, to: nil)], size: 1, selected: own)] : [])
  }

  private static func id(_ row: JSON) -> String { row["agent"].int.map(String.init) ?? row["agent_name"].string ?? "" }

  private func json(_ way: Explanation.Way) -> JSON {
    let after = way.selected.map { contenders[$0] }
    let ending = after.map { "\($0["agent_name"].string ?? "") would have been selected" } ?? "nobody would have been selected"
    return [
      "size": .int(way.size), "facts": .array(way.facts.map(\.json)), "selected": after.map { Self.who($0) } ?? .null,
      "text": .string("With \(way.facts.map(\.text).joined(separator: " and ")), \(ending)."),
    ]
  }

  private static func who(_ row: JSON) -> JSON { ["agent": row["agent"], "agent_name": row["agent_name"]] }

  private var verdict: String {
    let name = row["agent_name"].string ?? ""
    let place = "\(name) is number \(index + 1) of \(rows.count)"
    if Self.isSpawned(row) { return "\(name) was made for this work, since nobody ranked fits it." }
    if isUsersChoice {
      return row["is_selected"] == true
        ? "\(place); a user chose it." : "\(place); a user chose \(selected?["agent_name"].string ?? "another")."
    }
    if row["is_selected"] == true {
      return index == 0 ? "\(place) and was selected." : "\(place); the \(index) before it fit too little, so it was selected."
    }
    let fit = row["requirement_fit_score"].double ?? 0
    if let contest, fit < contest.rules.minFitThreshold {
      return "\(place); its fit of \(twoDecimals(fit)) is below the threshold of \(twoDecimals(contest.rules.minFitThreshold))."
    }
    if let gap = margin.double { return "\(place), \(gap) behind \(selected?["agent_name"].string ?? "")." }
    return "\(place); nobody was selected."
  }
}
