import JSONRPC
import TestSupport
import Testing

@testable import Selection

@Suite struct SelectionScaleTests {
  /// In a process of its own, so that its CPU time and memory are nobody else's.
  @Test func `eight roles over ten thousand agents cost a fraction of decoding the agents, and no memory`() async {
    let result = await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) {
      let text = Load.catalogue(10_000).bytes
      var decoded = JSON.null
      let decoding = try Load.cpu { decoded = try JSON(parsing: text) }
      let agents = try AgentProfile.list(decoded.array ?? [])
      // The plainest thing one could do with the same data: count the wanted skills of every agent for every role.
      var hits = 0
      let plain = Load.cpu {
        for requirement in Load.requirements {
          let wanted = requirement.names[.skills]
          for agent in agents { hits += agent.capabilities.names[.skills].count(where: wanted.contains) }
        }
      }
      #expect(hits > 0)
      func rank() throws -> [SelectionDecision] {
        var pool = CandidatePool(agents, ScoringConfig(), at: .epoch)
        return try Load.requirements.map { try pool.select(for: $0) }
      }
      #expect(try rank().map(\.ranking.count) == Array(repeating: 20, count: 8))
      let before = Load.memory
      let ranking = try Load.cpu { for _ in 0..<10 { _ = try rank() } } / 10
      let grown = Load.memory - before
      print("ranking / decoding \(ranking / decoding), ranking / plain pass \(ranking / plain), grown by \(grown) bytes")
      #expect(ranking < decoding / 2)
      #expect(ranking < plain * 2)
      #expect(grown < 8 << 20)
    }
    print(String(decoding: result?.standardOutputContent ?? [], as: UTF8.self))
  }

  @Test func `one request ranks ten thousand agents of the catalogue for eight roles`() async throws {
    let storage = StorageStub(["agent": Load.rows(10_000)])
    let plugin = try await PluginHarness(SelectionPlugin.self) { method, params, meta throws(RPCError) in
      try storage.answer(method, params, meta)
    }
    let requests = Load.requirements.map { ["requirement": ["skills": JSON($0.names[.skills].sortedTexts)]] as JSON }
    let reply = try await plugin.call("selection.select_many", ["requests": .array(requests)], tenant: "t", deadline: .seconds(300))
    #expect(reply["decisions"].array?.count == 8)
    #expect(reply["decisions"].array?.allSatisfy { $0["ranking"].array?.count == 20 } == true)
    try await plugin.shutdown()
  }

  @Test func `a team is found among two thousand agents`() throws {
    let agents = try AgentProfile.list(Load.catalogue(2_000).array ?? [])
    var pool = CandidatePool(agents, ScoringConfig(), at: .epoch)
    let roles = Vocabulary.standard.roles.prefix(8).map { JSON.string($0.name.text) }
    let analysis = TeamAnalysis(["needs_collaboration": true, "required_roles": .array(roles), "collaboration_mode": "parallel"])
    let team = try pool.team(for: Load.requirements[0], analysis: analysis)
    #expect(Set(team.assignments.map(\.ranking.agentID)).count == team.assignments.count)
    #expect(team.assignments.count >= 2)
  }
}
