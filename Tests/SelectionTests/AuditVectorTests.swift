import JSONRPC
import Testing

@testable import Selection

@Suite struct AuditVectorTests {
  @Test(arguments: Vectors.audit)
  func `several calls leave the recorded log`(row: Vectors.Row) throws {
    let now = try #require(Timestamp(row.json["now"].string ?? ""))
    let config = try ScoringConfig.original.overridden(by: row.json["config"])
    var log = AuditLog(defaultLimit: config.logRoundLimit)
    let outcomes = row.json["expected"]["outcomes"].array ?? []
    let calls = row.json["calls"].array ?? []
    #expect(outcomes.count == calls.count)
    for (call, outcome) in zip(calls, outcomes) {
      do {
        var pool = CandidatePool(try AgentProfile.list(call["candidates"].array ?? []), config, at: now)
        let decision = try pool.select(
          for: try Requirement(call["requirement"]), batchIndex: Int(call["batch_index"].int ?? 0),
          userChoice: call["user_selected_agent_id"].string)
        log.append(decision, at: now)
        #expect(outcome["error"].isNull)
        #expect(JSON(decision.selected?.agentID) == outcome["selected_agent_id"])
      } catch let error as SelectionError {
        #expect(error.rawValue == outcome["error"].string)
      }
    }
    for expected in row.json["expected"]["last_rounds"].array ?? [] {
      let rounds = log.lastRounds(expected["limit"].int.map(Int.init))
      #expect(JSON.array(rounds.map(facts)) == expected["rounds"])
    }
  }

  private func facts(_ round: AuditLog.Round) -> JSON {
    [
      "batch_index": .int(round.batchIndex), "decision_source": .string(round.source.rawValue),
      "selected_agent_id": JSON(round.selectedAgentID), "candidates": JSON(round.candidateIDs),
    ]
  }

  @Test func `a full log drops its oldest round`() {
    var log = AuditLog(defaultLimit: 20)
    for index in 0...AuditLog.roundLimit { log.append(.nobody(batchIndex: index), at: .epoch) }
    #expect(log.count == AuditLog.roundLimit)
    #expect(log.lastRounds(5000).first?.batchIndex == 1)
    #expect(log.lastRounds().map(\.batchIndex) == Array(981...1000))
  }
}
