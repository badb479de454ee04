import JSONRPC
import PluginProtocol
import TestSupport
import Testing

@testable import Selection

@Suite struct ExplainMethodTests {
  private static let round = "5f0c6f0e-0000-4000-8000-0000000000aa"

  private static func agent(_ id: Int, _ detail: String) -> JSONObject {
    [
      "id": .int(id), "agent_no": .string("n\(id)"), "name": .string("Agent \(id)"), "duty": "", "detail": .string(detail), "avatar": "",
      "cost_per_min": "0.00", "is_system": true,
    ]
  }

  @Test func `a stored decision tells why one was taken and the others were not`() async throws {
    let storage = StorageStub([
      "agent": [Self.agent(1, "Skills: python, sql"), Self.agent(2, "Skills: python"), Self.agent(3, "Skills: go")]
    ])
    let plugin = try await PluginHarness(SelectionPlugin.self) { method, params, meta throws(RPCError) in
      try storage.answer(method, params, meta)
    }
    func select(_ requirement: JSON, _ id: String, user: JSON = .null) async throws {
      let params: JSON = [
        "requirement": requirement, "requirement_id": .string(id), "role": "dev", "user_selected_agent_id": user,
        "record": ["execution_round": .string(Self.round)],
      ]
      _ = try await plugin.call("selection.select", params, tenant: "t")
    }
    func explain(_ agent: Int64, _ requirement: JSON) async throws -> JSON {
      let row = storage.rows(AgentSelectionDecision.name).first { $0["agent"] == .int(agent) && $0["requirement_id"] == requirement }
      let id = try #require(row?["id"])
      return try await plugin.call("selection.explain", ["path": ["id": id]], tenant: "t")["body"]
    }
    try await select(["skills": ["python", "sql"]], "REQ-001")
    try await select(["skills": ["go"]], "REQ-002", user: "1")

    let first = try await explain(1, "REQ-001")
    #expect(first["is_selected"] == true)
    #expect(first["exact"] == true)
    let second = try await explain(2, "REQ-001")
    #expect(second["rank"] == 2)
    #expect(second["candidate_count"] == 3)
    #expect(second["selected"]["agent"] == 1)
    #expect(second["smallest"] == 1)
    // With both skills the two are alike in everything, and the first of the base order stays first.
    #expect(second["ways"].array?.contains { $0["facts"][0]["fact"] == "names_added" } == false)
    #expect(second["ways"].array?.contains { $0["facts"][0]["fact"] == "performance" && $0["selected"]["agent"] == 2 } == true)
    let third = try await explain(3, "REQ-001")
    #expect(third["verdict"].string?.contains("below the threshold") == true)
    let chosen = try await explain(1, "REQ-002")
    #expect(chosen["verdict"].string?.contains("a user chose it") == true)
    #expect(chosen["ways"][0]["facts"][0] == ["fact": "user_choice", "from": "1", "to": .null])
    #expect(chosen["ways"][0]["selected"]["agent"] == 3)
    let passedOver = try await explain(3, "REQ-002")
    #expect(passedOver["ways"][0]["facts"][0] == ["fact": "user_choice", "from": "1", "to": "3"])
    try await plugin.shutdown()
  }

  @Test func `a decision reported from outside is explained as far as it is known`() async throws {
    let storage = StorageStub([
      AgentSelectionDecision.name: [
        [
          "id": 1, "execution_round": .string(Self.round), "role_assigned": "", "requirement_id": "", "batch_index": 0, "agent_name": "A",
          "total_score": 0.9, "requirement_fit_score": 0.5, "is_selected": true, "decision_source": "system", "scoring_breakdown": [:],
        ],
        [
          "id": 2, "execution_round": .string(Self.round), "role_assigned": "", "requirement_id": "", "batch_index": 0, "agent_name": "B",
          "total_score": 0.6, "requirement_fit_score": 0.4, "is_selected": false, "decision_source": "system", "scoring_breakdown": [:],
        ],
      ]
    ])
    let plugin = try await PluginHarness(SelectionPlugin.self) { method, params, meta throws(RPCError) in
      try storage.answer(method, params, meta)
    }
    let answer = try await plugin.call("selection.explain", ["path": ["id": 2]], tenant: "t")["body"]
    #expect(answer["exact"] == false)
    #expect(answer["ways"] == [])
    #expect(abs((answer["margin"].double ?? 0) - 0.3) < 1e-12)
    let error = await #expect(throws: RPCError.self) { try await plugin.call("selection.explain", ["path": ["id": 9]], tenant: "t") }
    #expect(error?.data["body"] == ["detail": "No AgentSelectionDecision matches the given query."])
    try await plugin.shutdown()
  }
}
