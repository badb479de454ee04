import JSONRPC
import Testing

@testable import Selection

@Suite struct SelectionVectorTests {
  @Test(arguments: Vectors.selection)
  func `one call ranks and selects as recorded`(row: Vectors.Row) throws {
    let expected = row.json["expected"]
    let now = try #require(Timestamp(row.json["now"].string ?? ""))
    let config = try ScoringConfig.original.overridden(by: row.json["config"])
    var agents = try AgentProfile.list(row.json["candidates"].array ?? [])
    try learn(&agents, from: row.json["candidates"].array ?? [], config, at: now)
    expectNear(learned(agents, row.json["candidates"].array ?? []), expected["after_history"], "after_history")

    var log = AuditLog(defaultLimit: config.logRoundLimit)
    do {
      var pool = CandidatePool(agents, config, at: now)
      let decision = try pool.select(
        for: try Requirement(row.json["requirement"]), batchIndex: Int(row.json["batch_index"].int ?? 0),
        userChoice: row.json["user_selected_agent_id"].string)
      log.append(decision, at: now)
      #expect(expected["error"].isNull)
      expectSame(decision.json(role: ""), expected)
    } catch let error as SelectionError {
      #expect(error.rawValue == expected["error"].string)
    }
    #expect(log.count == expected["audit_rounds"].int.map(Int.init))
  }

  private func expectSame(_ decision: JSON, _ expected: JSON) {
    for name in ["selected_agent_id", "decision_source", "batch_index"] { #expect(decision[name] == expected[name], "\(name)") }
    let ranking = decision["ranking"].array ?? []
    let recorded = expected["ranking"].array ?? []
    #expect(ranking.map { $0["agent_id"] } == recorded.map { $0["agent_id"] })
    for (ours, theirs) in zip(ranking, recorded) {
      let agent = theirs["agent_id"].text
      for (name, value) in theirs.object?.members ?? [] where name != "rationales" && name != "risk_notes" {
        expectNear(ours[name], value, "\(agent).\(name)")
      }
      expectSameFacts(ours["rationales"], theirs["rationales"], "\(agent).rationales")
      expectSameFacts(ours["risk_notes"], theirs["risk_notes"], "\(agent).risk_notes")
      #expect(abs(total(of: ours["scoring_breakdown"]) - (theirs["total"].double ?? .nan)) <= 1e-9, "\(agent).scoring_breakdown")
    }
  }

  /// The parts of a breakdown, added up.
  private func total(of breakdown: JSON) -> Double {
    let base = (breakdown["base"].object?.members ?? []).map { product($0.value, "value") }.reduce(0, +)
    let fit = (breakdown["fit"].object?.members ?? []).map { product($0.value, "coverage") }.reduce(0, +)
    return base + fit * (breakdown["requirement_weight"].double ?? .nan) + (breakdown["cold_start"].double ?? .nan)
  }

  private func product(_ part: JSON, _ factor: String) -> Double { (part["weight"].double ?? .nan) * (part[factor].double ?? .nan) }

  private func learn(_ agents: inout [AgentProfile], from candidates: [JSON], _ config: ScoringConfig, at now: Timestamp) throws {
    for (index, candidate) in candidates.enumerated() {
      for outcome in candidate["history"].array ?? [] {
        agents[index].learn(from: try TaskOutcome(outcome), at: now, faultOnRejection: config.faultOnRejection)
      }
    }
  }

  private func learned(_ agents: [AgentProfile], _ candidates: [JSON]) -> JSON {
    let learners = zip(agents, candidates).filter { $0.1["history"].array != nil }
    guard !learners.isEmpty else { return .null }
    return .object(
      JSONObject(
        learners.map { agent, _ in
          let score = agent.staticScore
          return (
            agent.id,
            [
              "performance": .double(score.performance), "recognition": .double(score.recognition),
              "fault_impact": .double(score.faultImpact),
              "task_count": .int(agent.taskCount), "is_cold_start": .bool(agent.isColdStart),
              "recent_success_at": JSON(agent.recentSuccessAt?.text),
            ]
          )
        }))
  }
}
