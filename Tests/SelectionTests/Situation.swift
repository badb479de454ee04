import Testing

@testable import Selection

/// The real inputs of a decision, so that what an explanation names can be changed in them and the selector asked again.
struct Situation {
  var agents: [AgentProfile]
  var requirement: Requirement
  var config: ScoringConfig
  var batchIndex = 0
  let now = Timestamp(microseconds: 1_768_478_400_000_000)

  func decision() throws -> SelectionDecision {
    var pool = CandidatePool(agents, config, at: now)
    return try pool.select(for: requirement, batchIndex: batchIndex)
  }

  func selects(_ id: String) throws -> Bool { try decision().selected?.agentID == id }

  /// The ids of the batch, in code point order.
  func batch() throws -> [String] { try decision().ranking.map(\.agentID).sorted() }

  func with(_ facts: [DecidingFact], for id: String) throws -> Situation { try facts.reduce(self) { try $0.with($1, for: id) } }

  func with(_ fact: DecidingFact, for id: String) throws -> Situation {
    var changed = self
    let index = try #require(agents.firstIndex { $0.id == id })
    switch fact {
    case .namesAdded(let field, let names, _): for name in names { changed.add(name, field, to: index) }
    case .namesRemoved(let field, let names, _): for name in names { changed.remove(name, field, from: index) }
    case .faultsCleared(let severity, let count): for _ in 0..<count { changed.clear(severity, of: index) }
    case .performance(let from, let value):
      #expect(agents[index].staticScore.performance == from)
      changed.agents[index].staticScore.performance = value
    case .recognition(let from, let value):
      #expect(agents[index].staticScore.recognition == from)
      changed.agents[index].staticScore.recognition = value
    case .requirementWeight(let from, let value):
      #expect(config.requirementWeight == from)
      changed.config.requirementWeight = value
    case .minFitThreshold(let from, let value):
      #expect(config.minFitThreshold == from)
      changed.config.minFitThreshold = value
    case .fitWeight(let name, _, let value): changed.requirement.weightOverrides.append(NamedWeight(name: name, value: value))
    case .coldStartQuota(let from, let value):
      #expect(config.coldStartQuota == from)
      changed.config.coldStartQuota = value
    case .promoteFitting(let from, let value):
      #expect(config.promoteFitting == from)
      changed.config.promoteFitting = value
    case .userChoice: Issue.record("a user's choice is no input of these")
    }
    return changed
  }

  private mutating func add(_ name: String, _ field: RequirementField, to index: Int) {
    agents[index].capabilities.names[field].insert(Term(name))
  }

  private mutating func remove(_ name: String, _ field: RequirementField, from index: Int) {
    let kept = agents[index].capabilities.names[field].filter { !Vocabulary.standard.core([$0], in: field).contains(Term(name)) }
    agents[index].capabilities.names[field] = kept
  }

  private mutating func clear(_ severity: String, of index: Int) {
    if let last = agents[index].faults.lastIndex(where: { $0.severity == severity && $0.isActive(at: now) }) {
      agents[index].faults.remove(at: last)
    }
  }
}

extension Situation {
  /// A dozen agents and a requirement, by chance.
  static func random(_ dice: inout Dice, count: Int = 9) -> Situation {
    let skills: [Term] = ["python", "vue", "k8s", "rust", "测试"]
    var requirement = Requirement()
    requirement.names[.skills] = Set(skills.shuffled(using: &dice).prefix(Int.random(in: 1...4, using: &dice)))
    requirement.names[.domains] = Set(["backend", "design"].shuffled(using: &dice).prefix(Int.random(in: 0...2, using: &dice)))
    requirement.notes = Bool.random(using: &dice) ? "会员 login page" : ""
    var config = ScoringConfig()
    config.promoteFitting = Bool.random(using: &dice)
    config.coldStartQuota = Int.random(in: 0...3, using: &dice)
    config.coldStartOverflowPenalty = [0, 0.05].randomElement(using: &dice) ?? 0
    config.minFitThreshold = [0.1, 0.25].randomElement(using: &dice) ?? 0.1
    let agents = (0..<count).map { agent($0, skills, &dice) }
    return Situation(agents: agents, requirement: requirement, config: config)
  }

  private static func agent(_ number: Int, _ skills: [Term], _ dice: inout Dice) -> AgentProfile {
    var agent = AgentProfile(id: "a\(number)", name: "Agent \(number)")
    // Few different values, so that ties occur.
    agent.staticScore.performance = Double(Int.random(in: 2...8, using: &dice)) / 10
    agent.staticScore.recognition = Double(Int.random(in: 4...6, using: &dice)) / 10
    agent.isColdStart = Int.random(in: 0..<3, using: &dice) == 0
    agent.capabilities.names[.skills] = Set(skills.shuffled(using: &dice).prefix(Int.random(in: 0...3, using: &dice)))
    agent.capabilities.names[.domains] = Set(["后端", "ui"].shuffled(using: &dice).prefix(Int.random(in: 0...1, using: &dice)))
    agent.capabilities.description = Bool.random(using: &dice) ? "会员管理 login" : ""
    for severity in ["minor", "notice"] where Int.random(in: 0..<4, using: &dice) == 0 {
      agent.faults.append(FaultRecord(severity: severity, occurredAt: Timestamp(microseconds: 1_768_400_000_000_000)))
    }
    return agent
  }
}
