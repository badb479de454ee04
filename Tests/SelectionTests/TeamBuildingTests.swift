import JSONRPC
import PluginKit
import PluginProtocol
import TestSupport
import Testing

@testable import Selection

@Suite struct TeamBuildingTests {
  private static let tenant = "5f0c6f0e-0000-4000-8000-000000000001"

  private static func storage(_ agents: [JSONObject] = []) -> StorageStub { StorageStub(["agent": agents, "project": [["id": 7]]]) }

  private func withPlugin(
    _ storage: StorageStub, config: JSONObject = [:],
    model: @escaping @Sendable (JSON) throws(RPCError) -> JSON = { _ throws(RPCError) in throw RPCError(.unavailable, "none") },
    _ body: (PluginHarness<SelectionPlugin>) async throws -> Void
  ) async throws {
    let plugin = try await PluginHarness(SelectionPlugin.self, config: config) { method, params, meta throws(RPCError) in
      if method == "models.complete" { return try model(params) }
      return try storage.answer(method, params, meta)
    }
    try await body(plugin)
    try await plugin.shutdown()
  }

  // MARK: create-metaso

  @Test func `a suggested agent becomes one of the tenant's, and ranking finds what it offers`() async throws {
    let storage = Self.storage()
    try await withPlugin(storage) { plugin in
      let spec: JSON = [
        "agent_id": "metaso_api_1a2b3c4d", "name": "API engineer", "description": "Designs the REST layer", "skills": ["rest", "sql"],
        "domains": ["backend"], "tags": ["http"], "estimated_score": 0.5,
      ]
      let params: JSON = ["path": [:], "body": ["project_id": 7, "spec": spec]]
      let agent = try await plugin.call("selection.create_metaso", params, tenant: Self.tenant)["body"]["agent"]
      #expect(agent["agent_no"].string?.wholeMatch(of: /metaso_[0-9a-f]{8}/) != nil)
      #expect(agent["duty"] == "backend")
      #expect(agent["detail"] == "Designs the REST layer\nSkills: rest, sql\nDomains: backend\nTags: http")
      storage.fail([.application("not_unique", status: 400, "taken")])
      let second = try await plugin.call("selection.create_metaso", params, tenant: Self.tenant)["body"]["agent"]
      #expect(second["agent_no"] != agent["agent_no"])
      let body: JSON = ["role": "api", "skills": ["sql"], "domains": ["backend"], "limit": 5]
      let ranked = try await plugin.call("selection.rank_agents", ["path": ["id": 7], "body": body], tenant: Self.tenant)["body"]
      #expect(
        ranked["candidates"].array?.map { $0["requirement_fit_matched"] }
          == Array(repeating: ["skills": ["sql"], "domains": ["backend"]], count: 2))
    }
  }

  @Test(arguments: [
    (#""x""#, #"{"spec":["Expected a dictionary of items."]}"#),
    (#"{"name":""}"#, #"{"spec":{"name":["This field may not be blank."],"description":["This field is required."]}}"#),
    (#"{"name":"a","description":"b","skills":"c"}"#, #"{"skills":["Expected a list of items but got type \"str\"."]}"#),
  ])
  func `create-metaso says what is wrong with a spec`(spec: String, answer: String) async throws {
    let spec = try JSON(parsing: spec)
    try await withPlugin(Self.storage()) { plugin in
      let error = await #expect(throws: RPCError.self) {
        try await plugin.call("selection.create_metaso", ["body": ["project_id": 7, "spec": spec]], tenant: Self.tenant)
      }
      #expect(error?.data["body"].text == answer)
      let foreign: JSON = ["body": ["project_id": 8, "spec": ["name": "a", "description": "b"]]]
      let missing = await #expect(throws: RPCError.self) { try await plugin.call("selection.create_metaso", foreign, tenant: Self.tenant) }
      #expect(missing?.data["body"] == ["detail": "No Project matches the given query."])
    }
  }

  // MARK: suggest-agents with a model

  private static let question: JSON = [
    "path": ["id": 7],
    "body": ["requirements": [["id": "REQ-001", "content": "Sign-up form"], ["id": "REQ-002", "content": "Invoices"]]],
  ]

  @Test func `a model names the roles for all requirements in one call`() async throws {
    let asked = AsyncStream.makeStream(of: JSON.self)
    let reply = """
      ```json
      {"project_analysis":"Small shop","complexity":"Medium","team_size_recommendation":2,"reasoning":"Two sides","roles":[
       {"role":"Frontend","name":"Page builder","description":"Builds pages","skills":["css"],"domains":["frontend"],
        "assigned_requirements":["REQ-001","REQ-009"],"priority":"high"},
       {"role":"biller"},{"name":"nobody"}]}
      ```
      """
    let agents: [JSONObject] = [
      ["id": 3, "agent_no": "a", "name": "A", "duty": "Frontend", "detail": "css, frontend", "avatar": "", "cost_per_min": "0.00"]
    ]
    let model: @Sendable (JSON) -> JSON = { params in
      asked.continuation.yield(params)
      return ["text": .string(reply), "provider": "llm-openai"]
    }
    try await withPlugin(Self.storage(agents), model: model) { plugin in
      let body = try await plugin.call("selection.suggest_agents", Self.question, tenant: Self.tenant)["body"]
      #expect(body["complexity"] == "medium")
      #expect(body["project_analysis"] == "Small shop")
      #expect(body["team_size_recommendation"] == 2)
      #expect(body["suggestions"].array?.map { $0["role"] } == ["frontend", "biller"])
      let first = body["suggestions"][0]
      #expect(first["assigned_requirements"] == ["REQ-001"])
      #expect(first["library_agent"]["agent_id"] == 3)
      #expect(first["default_agent_id"] == "3")
      #expect(body["suggestions"][1]["priority"] == "medium")
      #expect(body["suggestions"][1]["default_is_metaso"] == true)
    }
    asked.continuation.finish()
    var calls = 0
    for await params in asked.stream {
      calls += 1
      #expect(params["purpose"] == "roles")
      #expect(params["messages"][1]["content"].string?.contains("REQ-002") == true)
    }
    #expect(calls == 1)
  }

  @Test func `an unreadable reply suggests nothing, a failing model is 503, a used up quota is passed on`() async throws {
    try await withPlugin(Self.storage(), model: { _ in ["text": "Hm.", "provider": "llm-openai"] }) { plugin in
      let body = try await plugin.call("selection.suggest_agents", Self.question, tenant: Self.tenant)["body"]
      #expect(body["suggestions"] == [])
      #expect(body["complexity"] == "unknown")
    }
    for (error, status) in [
      (RPCError.application("llm_overloaded", status: 502, "busy"), 503),
      (.application("quota_exceeded", status: 429, "no tokens are left"), 429),
      (RPCError(.unavailable, "chat is down", data: ["plugin": "chat"]), 503),
    ] as [(RPCError, Int64)] {
      try await withPlugin(Self.storage(), model: { _ throws(RPCError) in throw error }) { plugin in
        let refusal = await #expect(throws: RPCError.self) {
          try await plugin.call("selection.suggest_agents", Self.question, tenant: Self.tenant)
        }
        #expect(refusal?.data["status"] == .int(status))
        if status == 503 { #expect(refusal?.data["body"]["error"].string?.hasPrefix("LLM service error: ") == true) }
      }
    }
  }

  @Test func `without a real model rules name the roles and say so`() async throws {
    try await withPlugin(Self.storage(), model: { _ in ["text": "Plain text.", "provider": "llm-offline"] }) { plugin in
      let body = try await plugin.call("selection.suggest_agents", Self.question, tenant: Self.tenant)["body"]
      #expect(body["suggestions"].array?.isEmpty == false)
      #expect(body["reasoning"].string?.contains("no language model") == true)
    }
  }

  // MARK: spawning

  private static let weak: JSONObject = [
    "id": 1, "agent_no": "a", "name": "A", "duty": "Tester", "detail": "Skills: testing", "avatar": "", "cost_per_min": "0.00",
    "is_system": true,
  ]

  @Test func `an agent is made for what nobody fits, and the next time it is found`() async throws {
    let storage = Self.storage([Self.weak])
    try await withPlugin(storage) { plugin in
      let params: JSON = [
        "requirement": ["skills": ["K8s", "Rust"], "notes": "Deploys: safely"], "role": "Operator", "requirement_id": "REQ-003",
        "may_spawn": true, "record": ["execution_round": "r"],
      ]
      let decision = try await plugin.call("selection.select", params, tenant: Self.tenant)
      #expect(decision["decision_source"] == "spawn")
      #expect(decision["should_spawn"] == false)
      let made = try #require(decision["ranking"].array?.last)
      #expect(made["agent_id"] == decision["selected_agent_id"])
      #expect(made["total"] == 1 && made["fit_score"] == 1 && made["s_base"] == 0.5)
      let row = try #require(storage.rows("agent").last)
      #expect(row["agent_no"]?.string?.wholeMatch(of: /agent-[0-9a-f]{6}/) != nil)
      #expect(row["detail"] == "Operator: kubernetes, rust\nDeploys, safely\nSkills: kubernetes, rust\nDomains: general\nLanguages: zh, en")
      let stored = storage.rows(AgentSelectionDecision.name)
      #expect(stored.map { $0["is_selected"] } == [false, true])
      #expect(stored.map { $0["decision_source"] } == ["system", "system"])
      let profile = AgentProfile(try #require(CatalogueAgent(row: .object(row))))
      #expect(profile.isColdStart)
      #expect(profile.staticScore == .init(performance: 0.5, recognition: 0.5, brandCertified: 0, metasoGenerated: 1))

      let why = try await plugin.call("selection.explain", ["path": ["id": stored[0]["id"] ?? .null]], tenant: Self.tenant)["body"]
      #expect(why["exact"] == true)
      let own = try await plugin.call("selection.explain", ["path": ["id": stored[1]["id"] ?? .null]], tenant: Self.tenant)["body"]
      #expect(own["verdict"].string?.contains("was made for this work") == true)

      let again = try await plugin.call("selection.select", params, tenant: Self.tenant)
      #expect(again["decision_source"] == "system")
      #expect(again["selected_agent_id"] == decision["selected_agent_id"])
      #expect(storage.rows("agent").count == 2)
    }
  }

  @Test func `nobody is made where it is not allowed or nothing is asked for`() async throws {
    let storage = Self.storage([Self.weak])
    let wanted: JSON = ["requirement": ["skills": ["rust"]], "may_spawn": true]
    try await withPlugin(storage, config: ["spawn": false]) { plugin in
      let decision = try await plugin.call("selection.select", wanted, tenant: Self.tenant)
      #expect(decision["should_spawn"] == true)
    }
    try await withPlugin(storage) { plugin in
      for params in [["requirement": [:], "may_spawn": true], ["requirement": ["skills": ["rust"]]]] as [JSON] {
        let decision = try await plugin.call("selection.select", params, tenant: Self.tenant)
        #expect(decision["should_spawn"] == true)
      }
      let withoutTenant = try await plugin.call("selection.select", wanted)
      #expect(withoutTenant["should_spawn"] == true)
    }
    #expect(storage.rows("agent").count == 1)
  }

  // MARK: import

  @Test func `the operator imports agents, the bundled ones when no file is named, and again only changes them`() async throws {
    let storage = StorageStub([:], allowsSystem: true)
    try await withPlugin(storage) { plugin in
      let agents: JSON = [
        [
          "agent_no": "n1", "name": "Data · 数据", "duty": "Data", "detail": "Reads data\n读数据", "skills": ["sql", "python"],
          "cost_per_min": "1.50",
        ]
      ]
      let first = try await plugin.call("selection.import_agents", ["agents": agents], system: true)
      #expect(first == ["created": 1, "updated": 0, "numbers": ["n1"]])
      let row = storage.rows("agent").first { $0["agent_no"] == "n1" }
      #expect(row?["detail"] == "Reads data\n读数据\nSkills: sql, python")
      let again = try await plugin.call("selection.import_agents", ["agents": agents], system: true)
      #expect(again["updated"] == 1)
      _ = try await plugin.call("selection.import_agents", [:], system: true)
      let numbers = Set(storage.rows("agent").compactMap { $0["agent_no"]?.string })
      #expect(numbers.isSuperset(of: BuiltinAgents.all.map(\.number)))
      let refusal = await #expect(throws: RPCError.self) { try await plugin.call("selection.import_agents", [:], tenant: Self.tenant) }
      #expect(refusal?.code == .denied)
    }
  }

  @Test(arguments: [
    ("[]", "agents: expected 1 to 1000"), (#"[{"agent_no":"a"}]"#, "agents[0].name: is missing"),
    (#"[{"agent_no":"a","name":"b","duty":"c","detail":"d","skill":[]}]"#, "agents[0].skill: is not known"),
    (#"[{"agent_no":"a","name":"b","duty":"c","detail":"d","skills":"e"}]"#, "agents[0].skills: expected a list"),
    (#"[{"agent_no":"a","name":"b","duty":"c","detail":"d","cost_per_min":"free"}]"#, "agents[0].cost_per_min: expected a decimal as text"),
    (
      #"[{"agent_no":"a","name":"b","duty":"c","detail":"d"},{"agent_no":"a","name":"b","duty":"c","detail":"d"}]"#,
      "agents[1].agent_no: occurs twice"
    ),
  ])
  func `an import says which member of which agent is wrong`(agents: String, message: String) throws {
    let json = try JSON(parsing: agents)
    #expect { try AgentDraft.list(json) } throws: { ($0 as? WireError)?.rpc.message == message }
  }

  // MARK: teams

  @Test func `a team is asked for at the model, agents it misses are made, and it may think again once`() async throws {
    let storage = Self.storage([Self.weak])
    let replies = AsyncStream.makeStream(of: JSON.self)
    let first = """
      {"needs_collaboration":true,"required_roles":["backend_dev"],"new_agent_specs":[
       {"name":"Go backend","description":"Writes services","skills":["go","api"],"domains":["backend"]},{"name":""},{"name":"A","description":"x"}]}
      """
    let second = #"{"needs_collaboration":true,"required_roles":["backend_dev","qa"],"collaboration_mode":"Sequential"}"#
    let model: @Sendable (JSON) -> JSON = { params in
      replies.continuation.yield(params)
      let isSecond = params["messages"][1]["content"].string?.contains("Go backend") == true
      return ["text": .string(isSecond ? second : first)]
    }
    try await withPlugin(storage, model: model) { plugin in
      let params: JSON = [
        "requirement": ["skills": ["go"], "notes": "An API"], "ask_model": true, "may_spawn": true, "config": ["min_fit_threshold": 0.02],
      ]
      let team = try await plugin.call("selection.select_team", params, tenant: Self.tenant)
      #expect(team["mode"] == "sequential")
      #expect(team["assignments"].array?.map { $0["role"] } == ["backend_dev", "qa"])
      #expect(team["assignments"].array?.map { $0["name"] } == ["Go backend", "A"])
      #expect(storage.rows("agent").map { $0["name"] } == ["A", "Go backend"])
    }
    replies.continuation.finish()
    var purposes: [JSON] = []
    for await params in replies.stream { purposes.append(params["purpose"]) }
    #expect(purposes == ["team", "team"])
  }

  @Test func `without a model that answers the single best agent is the team`() async throws {
    let storage = Self.storage([Self.weak])
    try await withPlugin(storage) { plugin in
      let params: JSON = ["requirement": ["skills": ["testing"]], "ask_model": true, "may_spawn": true]
      let team = try await plugin.call("selection.select_team", params, tenant: Self.tenant)
      #expect(team["mode"] == "single")
      #expect(team["primary_agent_id"] == "1")
      #expect(team["analysis"].isNull)
    }
  }
}
