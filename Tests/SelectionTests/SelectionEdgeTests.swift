import JSONRPC
import Testing

@testable import Selection

@Suite struct SelectionEdgeTests {
  private func select(_ candidates: JSON, _ requirement: JSON, _ config: JSON = .null, batch: Int = 0) throws -> SelectionDecision {
    let agents = try AgentProfile.list(candidates.array ?? [])
    var pool = CandidatePool(agents, try ScoringConfig().overridden(by: config), at: .epoch)
    return try pool.select(for: try Requirement(requirement), batchIndex: batch)
  }

  @Test func `nobody is selected from an empty pool`() throws {
    #expect(try select([], ["skills": ["python"]]) == .nobody(batchIndex: 0))
    #expect(try select([], [:], batch: .max) == .nobody(batchIndex: .max))
  }

  @Test func `newcomers alone share the slots in base order`() throws {
    let agents = JSON.array((0..<7).map { ["agent_id": .string("n\($0)"), "is_cold_start": true, "capabilities": ["skills": ["go"]]] })
    let ranking = try select(agents, ["skills": ["golang"]]).ranking
    #expect(ranking.map(\.agentID) == ["n0", "n1", "n2", "n3", "n4", "n5", "n6"])
    #expect(ranking.map(\.coldStartSlotReserved) == [true, true, true, true, true, false, false])
  }

  @Test func `weights that add up to nothing are an error of whoever gave them`() throws {
    let weightless: JSON = [
      "agent_id": "w", "base_weights": ["performance": 0, "recognition": 0, "brand": 0, "metaso_generated": 0, "fault": 0],
    ]
    #expect(throws: SelectionError.staticWeightsNotPositive) { try select([weightless], [:]) }
    let zero: JSON = ["skills": 0, "tools": 0, "domains": 0, "languages": 0, "regions": 0, "compliance_tags": 0, "description": 0]
    #expect(throws: SelectionError.requirementWeightsNotPositive) { try select([["agent_id": "a"]], ["weight_overrides": zero]) }
    #expect(throws: SelectionError.negativeBatchIndex) { try select([], [:], batch: -1) }
  }

  @Test func `one whose weights do not add up does no harm where hard constraints leave it out`() throws {
    let weightless: JSON = ["agent_id": "w", "base_weights": ["performance": -1]]
    let able: JSON = ["agent_id": "a", "capabilities": ["tools": ["git"], "skills": ["go"]]]
    let decision = try select([weightless, able], ["skills": ["go"], "hard_constraints": ["required_tools": ["git"]]])
    #expect(decision.selected?.agentID == "a")
  }

  @Test func `a fitting second is promoted over a first that does not fit`() throws {
    let star: JSON = ["agent_id": "star", "static_score": ["performance": 1, "recognition": 1, "brand_certified": 1]]
    let fitting: JSON = ["agent_id": "fit", "capabilities": ["skills": ["rust"]]]
    let decision = try select([star, fitting], ["skills": ["rs"]])
    #expect(decision.ranking.map(\.agentID) == ["star", "fit"])
    #expect(decision.selected?.agentID == "fit")
    #expect(decision.promoted)
    #expect(try select([star, fitting], ["skills": ["rs"]], ["promote_fitting": false]).selected == nil)
    #expect(try select([star], ["skills": ["rs"]]).json(role: "")["should_spawn"] == true)
  }

  @Test func `long texts, full-width and mixed-case names have defined results`() throws {
    let long = String(repeating: "登录页面 Login, ", count: 1000)
    let agent: JSON = ["agent_id": "a", "capabilities": ["description": .string(long), "skills": ["  PyThOn3 ", "Ｐｙｔｈｏｎ", ""]]]
    let decision = try select([agent], ["notes": .string(long + long), "skills": ["python", "ｐｙｔｈｏｎ"], "domains": ["烹饪"]])
    let fit = try #require(decision.ranking.first?.fit)
    #expect(fit.fields.map(\.coverage) == [1, 0])
    #expect(fit.fields.map(\.missing) == [[], ["specialist"]])
    #expect(fit.description?.coverage == 1)
  }

  @Test func `in a team a shared domain does not replace the role's skills`() throws {
    let backend: JSON = [
      "agent_id": "be", "static_score": ["performance": 1], "capabilities": ["skills": ["python"], "domains": ["backend"]],
    ]
    let tester: JSON = ["agent_id": "qa", "static_score": ["performance": 0], "capabilities": ["skills": ["testing", "quality"]]]
    let analysis = TeamAnalysis(["needs_collaboration": true, "required_roles": ["qa"]])
    let requirement = try Requirement(["skills": ["python"], "domains": ["backend"]])
    var pool = CandidatePool(try AgentProfile.list([backend, tester]), ScoringConfig(), at: .epoch)
    #expect(try pool.team(for: requirement, analysis: analysis).primary?.ranking.agentID == "qa")
    var original = CandidatePool(try AgentProfile.list([backend, tester]), .original, at: .epoch)
    #expect(try original.team(for: requirement, analysis: analysis).primary?.ranking.agentID == "be")
  }

  @Test func `rejected work leaves a minor fault that weighs for thirty days`() {
    var agent = AgentProfile(id: "a", name: "a")
    agent.learn(from: TaskOutcome(quality: 1, accepted: false), at: .epoch, faultOnRejection: true)
    #expect(agent.faults == [FaultRecord(severity: "minor", occurredAt: .epoch, description: "Work was rejected")])
    #expect(BaseScore(agent, severityWeights: ["minor": 0.2], at: .epoch.adding(days: 29))?.values.fault == 0.8)
    #expect(BaseScore(agent, severityWeights: ["minor": 0.2], at: .epoch.adding(days: 30))?.values.fault == 1)
  }

  @Test(arguments: [
    ("[]", "candidates[0]: expected an object"), (#"{"name":"x"}"#, "candidates[0].agent_id: is missing"),
    (#"{"agent_id":"a","capabilities":{"skills":"go"}}"#, "candidates[0].capabilities.skills: expected a list"),
    (#"{"agent_id":"a","capabilities":{"skills":[1]}}"#, "candidates[0].capabilities.skills: expected a list of texts"),
    (#"{"agent_id":"a","static_score":{"performance":1e999}}"#, "candidates[0].static_score.performance: expected a finite number"),
    (#"{"agent_id":"a","recent_success_at":"yesterday"}"#, "candidates[0].recent_success_at: expected an ISO 8601 time"),
  ])
  func `says which member of a candidate is wrong`(candidate: String, message: String) throws {
    let json = try JSON(parsing: candidate)
    #expect { try AgentProfile.list([json]) } throws: { ($0 as? WireError)?.rpc.message == message }
  }
}
