import JSONRPC
import Testing

@testable import Selection

@Suite struct SelectionPropertyTests {
  private static let now = Timestamp(microseconds: 1_768_478_400_000_000)

  private static func agent(_ number: Int, _ dice: inout Dice) -> AgentProfile {
    var agent = AgentProfile(id: "a\(number)", name: "a\(number)")
    agent.staticScore.performance = Double.random(in: 0...1, using: &dice)
    agent.staticScore.recognition = Double.random(in: 0...1, using: &dice)
    agent.isColdStart = Bool.random(using: &dice)
    let skills: [Term] = ["python", "vue", "k8s", "测试", "unknown", "RUST"]
    agent.capabilities.names[.skills] = Set(skills.shuffled(using: &dice).prefix(Int.random(in: 0...4, using: &dice)))
    agent.capabilities.names[.domains] = Set(["backend", "web", "cooking"].shuffled(using: &dice).prefix(1))
    agent.capabilities.description = Bool.random(using: &dice) ? "会员管理 login page" : ""
    return agent
  }

  private static func requirement() -> Requirement {
    var requirement = Requirement()
    requirement.names[.skills] = ["Python3", "kubernetes"]
    requirement.names[.domains] = ["后端"]
    requirement.notes = "会员 login"
    return requirement
  }

  /// All of a decision but where each candidate stood in the list.
  private static func facts(_ decision: SelectionDecision) -> JSON {
    let ranking = decision.ranking.map { ranking -> JSON in
      var ranking = ranking
      ranking.tieBreak.position = 0
      return ranking.json(order: 0, isSelected: false)
    }
    return ["ranking": .array(ranking), "selected": JSON(decision.selected?.agentID)]
  }

  private func totals(_ decision: SelectionDecision) -> [String: Double] {
    Dictionary(uniqueKeysWithValues: decision.ranking.map { ($0.agentID, $0.total) })
  }

  @Test(arguments: UInt64(1)...20)
  func `the order of the candidates changes nothing`(seed: UInt64) throws {
    var dice = Dice(state: seed)
    let agents = (0..<12).map { Self.agent($0, &dice) }
    var pool = CandidatePool(agents, ScoringConfig(), at: Self.now)
    var shuffled = CandidatePool(agents.shuffled(using: &dice), ScoringConfig(), at: Self.now)
    #expect(try Self.facts(pool.select(for: Self.requirement())) == Self.facts(shuffled.select(for: Self.requirement())))
  }

  @Test(arguments: UInt64(1)...20)
  func `an unrelated agent lowers nobody's score`(seed: UInt64) throws {
    var dice = Dice(state: seed)
    var agents = (0..<8).map { Self.agent($0, &dice) }
    var alone = CandidatePool(agents, ScoringConfig(), at: Self.now)
    let before = totals(try alone.select(for: Self.requirement()))
    agents.append(AgentProfile(id: "stranger", name: "stranger"))
    var together = CandidatePool(agents, ScoringConfig(), at: Self.now)
    let after = totals(try together.select(for: Self.requirement()))
    for (id, total) in before { #expect(after[id] == total) }
  }

  @Test(arguments: UInt64(1)...20)
  func `one more wanted skill never lowers the rank`(seed: UInt64) throws {
    var dice = Dice(state: seed)
    var agents = (0..<10).map { Self.agent($0, &dice) }
    let id = agents[3].id
    var before = CandidatePool(agents, ScoringConfig(), at: Self.now)
    let rank = try before.select(for: Self.requirement()).ranking.firstIndex { $0.agentID == id }
    agents[3].capabilities.names[.skills].insert("py")
    var after = CandidatePool(agents, ScoringConfig(), at: Self.now)
    let better = try after.select(for: Self.requirement()).ranking.firstIndex { $0.agentID == id }
    #expect(try #require(better) <= #require(rank))
  }

  @Test(arguments: UInt64(1)...20)
  func `scores stay in their ranges`(seed: UInt64) throws {
    var dice = Dice(state: seed)
    var pool = CandidatePool((0..<30).map { Self.agent($0, &dice) }, ScoringConfig(), at: Self.now)
    for ranking in try pool.select(for: Self.requirement()).ranking {
      #expect((0...1).contains(ranking.base.total))
      #expect((0...1).contains(ranking.fit.score))
      #expect((0...1.5).contains(ranking.total))
    }
  }

  @Test(arguments: UInt64(1)...20)
  func `the quick score and the explained fit are the same number`(seed: UInt64) throws {
    var dice = Dice(state: seed)
    var pool = CandidatePool([Self.agent(0, &dice)], ScoringConfig(), at: Self.now)
    let scorer = try pool.scorer(for: Self.requirement(), domainNeedsSkill: Bool.random(using: &dice))
    let offer = pool.offer(at: 0)
    let fit = scorer.fit(of: pool.agents[0].capabilities, offering: offer)
    let parts = fit.fields.map { $0.weight * $0.coverage }.reduce(0, +) + (fit.description.map { $0.weight * $0.coverage } ?? 0)
    #expect(scorer.score(offer) == fit.score)
    #expect(abs(parts - fit.score) < 1e-12)
  }
}
