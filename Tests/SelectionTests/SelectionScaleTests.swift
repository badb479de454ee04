import JSONRPC
import Testing

@testable import Selection

@Suite struct SelectionScaleTests {
  /// Eight requirements with the skills of eight roles.
  private static let requirements: [Requirement] = Vocabulary.standard.roles.prefix(8).map { role in
    var requirement = Requirement()
    requirement.names[.skills] = Set(role.capabilities)
    requirement.names[.domains] = ["backend"]
    requirement.notes = "会员管理 with a login page"
    return requirement
  }

  private static func catalogue(_ count: Int) -> JSON {
    let skills = Vocabulary.standard.coreSkills.map(\.text)
    return .array(
      (0..<count).map { number in
        let mine = (0..<5).map { skills[(number * 7 + $0 * 13) % skills.count] }
        return [
          "agent_id": .string("agent-\(number)"), "name": .string("Agent \(number)"),
          "static_score": ["performance": .double(Double(number * 37 % 1000) / 1000)],
          "capabilities": [
            "skills": JSON(mine), "domains": ["backend"], "languages": ["zh", "en"],
            "description": "Builds pages and services for members, with a login and reports",
          ], "is_cold_start": .bool(number.isMultiple(of: 3)),
        ]
      })
  }

  @Test func `eight roles over ten thousand agents cost less than decoding the agents`() throws {
    let text = Self.catalogue(10_000).bytes
    let clock = ContinuousClock()
    var decoded = JSON.null
    let decoding = try clock.measure { decoded = try JSON(parsing: text) }
    let agents = try AgentProfile.list(decoded.array ?? [])
    var decisions: [SelectionDecision] = []
    let ranking = try clock.measure {
      var pool = CandidatePool(agents, ScoringConfig(), at: .epoch)
      decisions = try Self.requirements.map { try pool.select(for: $0) }
    }
    #expect(decisions.map(\.ranking.count) == Array(repeating: 20, count: 8))
    #expect(ranking < decoding, "ranking \(ranking), decoding \(decoding)")
  }

  @Test func `a team is found among two thousand agents`() throws {
    let agents = try AgentProfile.list(Self.catalogue(2_000).array ?? [])
    var pool = CandidatePool(agents, ScoringConfig(), at: .epoch)
    let roles = Vocabulary.standard.roles.prefix(8).map { JSON.string($0.name.text) }
    let analysis = TeamAnalysis(["needs_collaboration": true, "required_roles": .array(roles), "collaboration_mode": "parallel"])
    let team = try pool.team(for: Self.requirements[0], analysis: analysis)
    #expect(Set(team.assignments.map(\.ranking.agentID)).count == team.assignments.count)
    #expect(team.assignments.count >= 2)
  }
}
