import JSONRPC
import PluginKit
import TestSupport
import Testing

@testable import Selection

@Suite struct BuiltinAgentTests {
  @Test(arguments: [
    ("strategy-agent", 0.80, ["planning", "decomposition", "prioritization"]),
    ("builder-agent", 0.70, ["coding", "implementation", "fullstack"]),
    ("reviewer-agent", 0.75, ["code-review", "quality", "security"]), ("qa-agent", 0.90, ["testing", "validation", "acceptance", "test"]),
    ("product-agent", 0.75, ["requirements", "user-story", "specification"]),
    ("ux-agent", 0.90, ["ui", "ux", "design", "prototyping", "wireframe"]),
    ("frontend-agent", 0.90, ["frontend", "react", "vue", "html", "css", "javascript", "ui"]),
    ("backend-agent", 0.90, ["backend", "api", "database", "python", "fastapi", "django", "sql"]),
    ("devops-agent", 0.75, ["deployment", "ci-cd", "docker", "kubernetes"]),
  ])
  func `a bundled agent has the contract's score and skills`(number: String, performance: Double, skills: [String]) throws {
    let builtin = try #require(BuiltinAgents.all.first { $0.number == number })
    let row = builtin.row.merging(["id": 1, "is_system": true])
    let profile = AgentProfile(try #require(CatalogueAgent(row: .object(row))))
    #expect(profile.staticScore.performance == performance)
    #expect(profile.staticScore.brandCertified == 1)
    #expect(!profile.isColdStart)
    #expect(profile.capabilities.names[.skills] == Set(skills.map { Term($0) }))
    #expect(profile.capabilities.names[.languages] == ["zh", "en"])
    #expect(builtin.draft.detail.unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) })
  }

  @Test func `an agent's own text says what it offers, listed or in prose`() throws {
    let listed = AgentProfile.Capabilities(duty: "Tester", detail: DetailText("写测试\n技能：前端、 测试；\n领域: qa\nTools: git"), .standard)
    #expect(listed.names[.skills] == ["前端", "测试"])
    #expect(listed.names[.domains] == ["qa"])
    #expect(listed.names[.tools] == ["git"])
    #expect(listed.description == "Tester\n写测试")
    let prose = AgentProfile.Capabilities(
      duty: "Backend developer", detail: DetailText("Writes Python and goes to Docker meetups: often."), .standard)
    #expect(prose.names[.skills] == ["python", "docker"])
    #expect(prose.names[.domains] == ["backend", "devops"])
  }

  @Test func `a tenant's own agent begins as a newcomer`() throws {
    let profile = AgentProfile(try #require(CatalogueAgent(row: ["id": 3, "agent_no": "metaso_1234abcd", "is_system": false])))
    #expect(profile.isColdStart)
    #expect(profile.staticScore == .init(performance: 0.5, recognition: 0.5, brandCertified: 0, metasoGenerated: 1))
  }

  @Test(.timeLimit(.minutes(1))) func `bundled agents are added once storage can take them, and only those missing`() async throws {
    let storage = StorageStub(["agent": [["id": 1, "agent_no": "qa-agent", "tenant": .null]]], allowsSystem: true)
    storage.fail([RPCError(.unavailable, "not yet")])
    let harness = try await PluginHarness(SelectionPlugin.self) { method, params, meta throws(RPCError) in
      try storage.answer(method, params, meta)
    }
    for await record in harness.notifications where record.params["message"] == "bundled agents added" { break }
    #expect(Set(storage.rows("agent").compactMap { $0["agent_no"]?.string }) == Set(BuiltinAgents.all.map(\.number)))
    #expect(storage.rows("agent").count == 9)
    #expect(storage.calls.allSatisfy { $0.meta["system"] == true })
    #expect(try await harness.call("selection.builtin_agents", [:])["rows"].array?.count == 9)
    try await harness.shutdown()
  }
}
