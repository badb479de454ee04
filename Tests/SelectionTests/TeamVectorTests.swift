import JSONRPC
import Testing

@testable import Selection

@Suite struct TeamVectorTests {
  @Test(arguments: Vectors.team)
  func `a team is chosen as recorded`(row: Vectors.Row) throws {
    let expected = row.json["expected"]
    var config = ScoringConfig.original
    config.minFitThreshold = try #require(row.json["min_fit_threshold"].double)
    var pool = CandidatePool(try AgentProfile.list(row.json["candidates"].array ?? []), config, at: .epoch)
    let isAsked = row.json["enable_multi_agent"].bool == true && !row.json["model_reply"].isNull
    #expect((isAsked ? 1 : 0) == expected["model_calls"].int)
    let analysis = isAsked ? TeamAnalysis(reply: row.json["model_reply"].string ?? "") : nil
    let team = try pool.team(for: try Requirement(row.json["requirement"]), analysis: analysis).json

    #expect(team["mode"] == expected["mode"])
    #expect(team["primary_agent_id"] == expected["primary_agent_id"])
    for (name, value) in expected["analysis"].object?.members ?? [] { #expect(team["analysis"][name] == value, "\(name)") }
    #expect(team["analysis"].isNull == expected["analysis"].isNull)
    let assignments = team["assignments"].array ?? []
    let recorded = expected["assignments"].array ?? []
    #expect(assignments.map { $0["agent_id"] } == recorded.map { $0["agent_id"] })
    for (ours, theirs) in zip(assignments, recorded) {
      for (name, value) in theirs.object?.members ?? [] where name != "risk_notes" { expectNear(ours[name], value, name) }
      expectSameFacts(ours["risk_notes"], theirs["risk_notes"], "risk_notes")
    }
  }
}
