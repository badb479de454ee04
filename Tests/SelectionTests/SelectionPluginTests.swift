import JSONRPC
import PluginKit
import PluginProtocol
import TestSupport
import Testing

@testable import Selection

@Suite struct SelectionPluginTests {
  private static let tenant = "5f0c6f0e-0000-4000-8000-000000000001"
  private static let round = "5f0c6f0e-0000-4000-8000-0000000000aa"

  private static func agentRow(_ id: Int, _ number: String, duty: String, detail: String, system: Bool = true) -> JSONObject {
    [
      "id": .int(id), "agent_no": .string(number), "name": .string(number), "duty": .string(duty), "detail": .string(detail), "avatar": "",
      "cost_per_min": "1.50", "is_system": .bool(system), "tenant": system ? .null : .string(tenant),
    ]
  }

  private static func storage() -> StorageStub {
    StorageStub([
      "agent": [
        agentRow(1, "backend-agent", duty: "Backend developer", detail: "Skills: python, api\nDomains: backend"),
        agentRow(2, "own", duty: "Frontend developer", detail: "Skills: vue, css", system: false),
      ], "project": [["id": 7]],
    ])
  }

  private func withPlugin(
    _ storage: StorageStub = storage(), config: JSONObject = [:], _ body: (PluginHarness<SelectionPlugin>) async throws -> Void
  ) async throws {
    let harness = try await PluginHarness(SelectionPlugin.self, config: config) { method, params, meta throws(RPCError) in
      try storage.answer(method, params, meta)
    }
    try await body(harness)
    try await harness.shutdown()
  }

  @Test func `what is described is served, and every route has its method`() async throws {
    let described = Set(SelectionPlugin.contributions.methods.map(\.name))
    let routed = SelectionPlugin.contributions.routes.compactMap { route -> String? in
      if case .rpc(let method, _) = route.target { method } else { nil }
    }
    #expect(described.isSuperset(of: routed))
    #expect(try PluginDescription(json: SelectionPlugin.contributions.json) == SelectionPlugin.contributions)
    try await withPlugin { plugin in
      for method in described {
        do { _ = try await plugin.call(method, [:]) } catch let error as RPCError { #expect(error.code != .methodNotFound, "\(method)") }
      }
    }
  }

  @Test func `ranks all agents the tenant can see and stores the decision when asked to`() async throws {
    let storage = Self.storage()
    try await withPlugin(storage) { plugin in
      let params: JSON = [
        "requirement": ["skills": ["Python3"], "domains": ["后端"]], "role": "backend_dev", "requirement_id": "REQ-001",
        "record": ["execution_round": .string(Self.round), "project": 7, "fence": ["job": "j1", "epoch": 3]],
      ]
      let decision = try await plugin.call("selection.select", params, tenant: Self.tenant)
      #expect(decision["selected_agent_id"] == "1")
      #expect(decision["should_spawn"] == false)
      #expect(decision["ranking"].array?.count == 2)
      _ = try await plugin.call("selection.select", params, tenant: Self.tenant)
      let rows = storage.rows(AgentSelectionDecision.name)
      #expect(rows.count == 2)
      #expect(rows.first?["agent"] == 1)
      #expect(rows.first?["role_assigned"] == "backend_dev")
      #expect(rows.first?["reasons"]?.string?.hasPrefix("REQ-001\n") == true)
      let stored = try #require(storage.calls.last { $0.method == "storage.transact" })
      #expect(stored.params["steps"].array?.map { $0["op"] } == ["fence", "delete", "insert", "event"])
      let log = try await plugin.call("selection.rounds", [:], tenant: Self.tenant)
      #expect(log["rounds"].array?.count == 2)
      #expect(try await plugin.call("selection.rounds", [:], tenant: "another")["rounds"] == [])
    }
  }

  @Test func `several requirements are decided over the same candidates`() async throws {
    try await withPlugin { plugin in
      let reply = try await plugin.call(
        "selection.select_many",
        ["requests": [["requirement": ["skills": ["vue"]], "role": "a"], ["requirement": ["skills": ["cobol"]], "role": "b"]]],
        tenant: Self.tenant)
      #expect(reply["decisions"].array?.map { $0["selected_agent_id"] } == ["2", .null])
      #expect(reply["decisions"].array?.map { $0["should_spawn"] } == [false, true])
    }
  }

  @Test func `a team follows a model's reply, or is one agent without a readable one`() async throws {
    try await withPlugin { plugin in
      let agents: JSON = [
        ["agent_id": "be", "capabilities": ["skills": ["python", "api", "go"]]],
        ["agent_id": "fe", "capabilities": ["skills": ["vue", "css", "react"]]],
      ]
      let analysis: JSON = [
        "needs_collaboration": true, "required_roles": ["backend_dev", "frontend_dev"], "collaboration_mode": "parallel",
      ]
      let team = try await plugin.call("selection.select_team", ["candidates": agents, "requirement": [:], "analysis": analysis])
      #expect(team["mode"] == "parallel")
      #expect(team["assignments"].array?.map { $0["agent_id"] } == ["be", "fe"])
      let single = try await plugin.call(
        "selection.select_team", ["candidates": agents, "requirement": ["skills": ["css"]], "analysis": "Hm."])
      #expect(single["primary_agent_id"] == "fe")
      #expect(single["mode"] == "single")
    }
  }

  @Test func `wrong parameters and impossible requests are told apart`() async throws {
    try await withPlugin { plugin in
      await #expect(throws: RPCError(.invalidParams, "params.requirement.skills: expected a list")) {
        try await plugin.call("selection.select", ["requirement": ["skills": "go"]])
      }
      let error = await #expect(throws: RPCError.self) {
        try await plugin.call("selection.select", ["batch_index": -1], tenant: Self.tenant)
      }
      #expect(error?.applicationCode == "negative_batch_index")
    }
  }

  @Test func `a configuration with a wrong number is the operator's to change`() async throws {
    await #expect(throws: RPCError.self) { try await PluginHarness(SelectionPlugin.self, config: ["top_n": 0]) }
  }

  @Test func `an outcome moves the agent's standing, once for each outcome id`() async throws {
    let storage = Self.storage()
    try await withPlugin(storage) { plugin in
      let first = try await plugin.call(
        "selection.record_outcome", ["agent_id": "1", "quality_score": 0.5, "outcome_id": "r1/REQ-001"], tenant: Self.tenant)
      #expect(abs((first["performance"].double ?? 0) - 0.86) < 1e-12)
      #expect(storage.calls.last?.meta["operation_id"].string == "outcome/\(Self.tenant)/r1/REQ-001")
      storage.fail([.application("expectation", status: 409, "changed meanwhile")])
      let second = try await plugin.call(
        "selection.record_outcome", ["agent_id": 1, "quality_score": 0, "accepted": false], tenant: Self.tenant)
      #expect(second["task_count"] == 2)
      #expect(second["faults"][0]["severity"] == "minor")
      #expect(storage.rows(AgentStanding.name).count == 1)
      let ranking = try await plugin.call("selection.select", ["requirement": ["skills": ["python"]]], tenant: Self.tenant)["ranking"]
      let learned = try #require(ranking.array?.first { $0["agent_id"] == "1" })
      #expect(abs((learned["scoring_breakdown"]["base"]["performance"]["value"].double ?? 0) - 0.95 * 0.86) < 1e-12)
      #expect(learned["scoring_breakdown"]["base"]["fault"]["value"] == 0.8)
      let error = await #expect(throws: RPCError.self) {
        try await plugin.call("selection.record_outcome", ["agent_id": 99, "quality_score": 1], tenant: Self.tenant)
      }
      #expect(error?.applicationCode == "not_found")
    }
  }

  @Test func `rank-agents pages through fitting agents and says when no more fit`() async throws {
    try await withPlugin { plugin in
      let body: JSON = [
        "role": "backend", "skills": ["python", "rust"], "domains": [], "metaso_spec": ["agent_id": "m", "name": "M"], "offset": 0,
        "limit": 1,
      ]
      let reply = try await plugin.call("selection.rank_agents", ["path": ["id": 7], "body": body], tenant: Self.tenant)["body"]
      #expect(reply["candidates"].array?.map { $0["agent_id"] } == ["m"])
      #expect(reply["candidates"][0]["is_metaso"] == true)
      #expect(reply["has_more"] == true)
      #expect(reply["threshold_reached"] == false)
      let rest = try await plugin.call(
        "selection.rank_agents", ["path": ["id": 7], "body": .object((body.object ?? [:]).merging(["offset": 1, "limit": 20]))],
        tenant: Self.tenant)["body"]
      #expect(rest["candidates"].array?.map { $0["rank"] } == [2])
      #expect(rest["candidates"][0]["total_score"] == 0.5)
      #expect(rest["candidates"][0]["requirement_fit_missing"] == ["skills": ["rust"]])
      #expect(rest["has_more"] == false)
      #expect(rest["threshold_reached"] == true)
    }
  }

  @Test func `suggest-agents finds roles by key words and the best agent for each`() async throws {
    try await withPlugin { plugin in
      let items: JSON = [["id": "REQ-001", "content": "会员登录页面"], ["id": "REQ-002", "content": "A monthly report", "skills": ["sql"]]]
      let params: JSON = ["path": ["id": 7], "body": ["requirements": items]]
      let reply = try await plugin.call("selection.suggest_agents", params, tenant: Self.tenant)["body"]
      #expect(reply["suggestions"].array?.map { $0["role"] } == ["frontend", "backend", "database", "qa"])
      #expect(reply["suggestions"][1]["library_agent"]["agent_id"] == 1)
      #expect(reply["suggestions"][1]["default_agent_id"] == "1")
      #expect(reply["suggestions"][3]["library_agent"].isNull)
      #expect(reply["suggestions"][3]["assigned_requirements"] == ["REQ-001", "REQ-002"])
      #expect(reply["complexity"] == "low")
      let again = try await plugin.call("selection.suggest_agents", params, tenant: Self.tenant)["body"]
      #expect(again == reply)
    }
  }

  @Test(arguments: [
    (#"{"requirements":[]}"#, #"{"requirements":["Ensure this field has at least 1 elements."]}"#),
    (#"{"requirements":"x"}"#, #"{"requirements":["Expected a list of items but got type \"str\"."]}"#),
    (
      #"{"requirements":[{"id":"","skills":[]}]}"#,
      #"{"requirements":{"0":{"id":["This field may not be blank."],"content":["This field is required."]}}}"#
    ),
  ])
  func `suggest-agents says what is wrong with a body`(body: String, answer: String) async throws {
    let body = try JSON(parsing: body)
    try await withPlugin { plugin in
      let error = await #expect(throws: RPCError.self) {
        try await plugin.call("selection.suggest_agents", ["path": ["id": 7], "body": body], tenant: Self.tenant)
      }
      #expect(error?.data["status"] == 400)
      #expect(error?.data["body"].text == answer)
    }
  }

  @Test func `a foreign project is not found`() async throws {
    try await withPlugin { plugin in
      for method in ["selection.rank_agents", "selection.suggest_agents"] {
        let error = await #expect(throws: RPCError.self) { try await plugin.call(method, ["path": ["id": 8], "body": [:]]) }
        #expect(error?.data["body"] == ["detail": "No Project matches the given query."])
      }
    }
  }

  @Test func `an agent's history counts all rows`() async throws {
    let storage = StorageStub([
      AgentSelectionDecision.name: [
        ["agent": 4, "is_selected": true, "total_score": 1.0], ["agent": 4, "is_selected": false, "total_score": 0.5], ["agent": 5],
      ]
    ])
    try await withPlugin(storage) { plugin in
      let history = try await plugin.call("selection.agent_history", ["query": ["agent": "4"]])["body"]
      #expect(history["agent_id"] == "4")
      #expect(history["total_selections"] == 2)
      #expect(history["selection_rate"] == 0.5)
      #expect(history["average_score"] == 0.75)
      let none = try await plugin.call("selection.agent_history", ["query": ["agent": "9"]])["body"]
      #expect(none["selection_rate"] == 0)
      let error = await #expect(throws: RPCError.self) { try await plugin.call("selection.agent_history", ["query": [:]]) }
      #expect(error?.data["body"] == ["error": "agent parameter is required"])
    }
  }
}
