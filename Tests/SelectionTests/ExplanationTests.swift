import JSONRPC
import Testing

@testable import Selection

@Suite struct ExplanationTests {
  @Test(arguments: Vectors.selection)
  func `a decision made again from its breakdown is the same to the last bit`(row: Vectors.Row) throws {
    let config = try ScoringConfig.original.overridden(by: row.json["config"])
    let now = try #require(Timestamp(row.json["now"].string ?? ""))
    var pool = CandidatePool(try AgentProfile.list(row.json["candidates"].array ?? []), config, at: now)
    guard let decision = try? pool.select(for: try Requirement(row.json["requirement"])), let contest = decision.contest else { return }
    #expect(contest.ranking().map(\.total) == decision.ranking.map(\.total))
    #expect(contest.ranking().map(\.index) == Array(decision.ranking.indices))
    #expect(contest.selected() == decision.selectedIndex)
  }

  @Test(arguments: UInt64(1)...40)
  func `a named change turns the outcome of the real selector, and nothing less does`(seed: UInt64) throws {
    var dice = Dice(state: seed)
    let situation = Situation.random(&dice)
    let decision = try situation.decision()
    let contest = try #require(decision.contest)
    for (index, candidate) in decision.ranking.enumerated() {
      try check(Explanation(of: index, in: contest), of: candidate, decision, situation)
    }
  }

  @Test(arguments: UInt64(1)...15)
  func `within a later batch a named change leaves the batch as it is`(seed: UInt64) throws {
    var dice = Dice(state: seed)
    var situation = Situation.random(&dice)
    situation.config.topN = 4
    situation.batchIndex = 1
    let decision = try situation.decision()
    let contest = try #require(decision.contest)
    for (index, candidate) in decision.ranking.enumerated() {
      for way in Explanation(of: index, in: contest).ways {
        let changed = try situation.with(way.facts, for: candidate.agentID)
        #expect(try changed.batch() == situation.batch())
        #expect(try changed.selects(candidate.agentID) != (index == decision.selectedIndex), "\(way)")
      }
    }
  }

  private func check(_ explanation: Explanation, of candidate: CandidateRanking, _ decision: SelectionDecision, _ situation: Situation)
    throws
  {
    let id = candidate.agentID
    let wasSelected = decision.selected?.agentID == id
    for way in explanation.ways {
      let after = try situation.with(way.facts, for: id).decision()
      #expect((after.selected?.agentID == id) != wasSelected, "\(id): \(way)")
      #expect(after.selected?.agentID == way.selected.map { decision.ranking[$0].agentID }, "\(id): \(way)")
      if way.facts.count == 1, let less = Lesser(way.facts[0]) {
        for fact in less.facts { #expect(try situation.with(fact, for: id).selects(id) == wasSelected, "\(id): \(fact), said \(way)") }
      }
    }
    try checkMerits(explanation, of: candidate, wasSelected: wasSelected, situation)
  }

  /// Tries every set of names and faults by which the agent could be better, or worse.
  private func checkMerits(_ explanation: Explanation, of candidate: CandidateRanking, wasSelected: Bool, _ situation: Situation) throws {
    let id = candidate.agentID
    let singles =
      candidate.fit.fields.flatMap { field in
        wasSelected
          ? field.matched.map { DecidingFact.namesRemoved(field.field, [$0], choice: []) }
          : field.missing.map { DecidingFact.namesAdded(field.field, [$0], choice: []) }
      } + (wasSelected ? [] : candidate.tieBreak.faults.map { DecidingFact.faultsCleared($0, count: 1) })
    var smallest: Int?
    for bits in 1..<(1 << singles.count) {
      let set = singles.indices.filter { bits & (1 << $0) != 0 }.map { singles[$0] }
      guard set.count < smallest ?? .max, try situation.with(set, for: id).selects(id) != wasSelected else { continue }
      smallest = set.count
    }
    let named = explanation.ways.filter { $0.facts.allSatisfy(\.isMerit) }.map(\.size)
    #expect(named.allSatisfy { $0 == smallest }, "\(id): \(named), brute force \(smallest ?? 0)")
    #expect(named.isEmpty == (smallest == nil), "\(id)")
  }

  @Test func `the runner-up needs one more skill, or a clean record, and both are named`() throws {
    var winner = AgentProfile(id: "w", name: "W")
    winner.capabilities.names[.skills] = ["python", "sql"]
    var second = AgentProfile(id: "s", name: "S")
    second.capabilities.names[.skills] = ["python"]
    second.staticScore.performance = 0.52
    second.faults = [FaultRecord(severity: "minor", occurredAt: .epoch, coolingDays: 1e6)]
    var requirement = Requirement()
    requirement.names[.skills] = ["python", "sql"]
    let decision = try Situation(agents: [winner, second], requirement: requirement, config: ScoringConfig()).decision()
    let explanation = Explanation(of: 1, in: try #require(decision.contest))
    let merits = explanation.ways.filter { $0.facts.allSatisfy(\.isMerit) }
    #expect(merits.map(\.facts) == [[.namesAdded(.skills, ["sql"], choice: ["sql"]), .faultsCleared("minor", count: 1)]])
    #expect(merits.map(\.size) == [2])
    #expect(explanation.triedBelow == 2)
  }

  @Test func `an agent with nothing wanted and a hundred names missing is answered in bounded time`() throws {
    var requirement = Requirement()
    for field in RequirementField.allCases { requirement.names[field] = Set((0..<100).map { Term("\(field.name) \($0)") }) }
    var agents = (0..<20).map { AgentProfile(id: "a\($0)", name: "A") }
    agents[0].capabilities.names = requirement.names
    let decision = try Situation(agents: agents, requirement: requirement, config: ScoringConfig()).decision()
    let explanation = Explanation(of: 19, in: try #require(decision.contest))
    #expect(explanation.triedBelow > 1)
    #expect(explanation.ways.allSatisfy { !$0.facts.allSatisfy(\.isMerit) })
  }
}

extension DecidingFact {
  /// A property of the agent of which there may be several.
  var isMerit: Bool {
    switch self {
    case .namesAdded, .namesRemoved, .faultsCleared: true
    default: false
    }
  }
}

/// Smaller changes of a number than the one that is named: the nearest, and some on the way.
private struct Lesser {
  let facts: [DecidingFact]

  init?(_ fact: DecidingFact) {
    switch fact {
    case .performance(let from, let to): facts = Self.values(from, to).map { .performance(from: from, to: $0) }
    case .recognition(let from, let to): facts = Self.values(from, to).map { .recognition(from: from, to: $0) }
    case .requirementWeight(let from, let to): facts = Self.values(from, to).map { .requirementWeight(from: from, to: $0) }
    case .minFitThreshold(let from, let to): facts = Self.values(from, to).map { .minFitThreshold(from: from, to: $0) }
    case .fitWeight(let name, let from, let to): facts = Self.values(from, to).map { .fitWeight(name, from: from, to: $0) }
    case .coldStartQuota(let from, let to):
      facts = (0...10).filter { Swift.abs($0 - from) < Swift.abs(to - from) }.map { .coldStartQuota(from: from, to: $0) }
    default: return nil
    }
  }

  /// On both sides of where it is, but less far.
  private static func values(_ from: Double, _ to: Double) -> [Double] {
    let distance = to - from
    let steps = (0..<24).map { from + distance * Double($0) / 24 } + (1..<24).map { max(0, from - distance * Double($0) / 24) }
    return (steps + [distance > 0 ? to.nextDown : to.nextUp]).filter { Swift.abs($0 - from) < Swift.abs(distance) }
  }
}
