import Foundation
import JSONRPC
import TestSupport
import Testing

extension SystemTests {
  /// Agents from the operator's file to a team, through the real storage.
  @Suite struct TeamBuildingTests {
    private static let file = """
      [{"agent_no":"data-agent","name":"Data · 数据工程师","duty":"Data engineer","detail":"Moves and checks data\\n搬运并核对数据",
        "skills":["sql","python"],"domains":["data"]}]
      """

    @Test func `the operator's agents are imported with and without a running host`() async throws {
      let data = try HostProcess.makeDirectory()
      defer { try? FileManager.default.removeItem(at: data) }
      let early = try await HostProcess.command(on: data, "agent", "import", "--json")
      let first = try JSON(parsing: early)
      #expect(first["numbers"].array?.count == 9)
      let house = try await House.open(data: data)
      let text = try await house.host.command("agent", "import", "-", "--json", input: Self.file)
      #expect(try JSON(parsing: text) == ["created": 1, "updated": 0, "numbers": ["data-agent"]])
      #expect(try await house.host.command("agent", "import").contains("0 agents created, 9 changed: strategy-agent"))
      let agents = try await house.api.rows("/api/v1/agents/?is_system=true&page_size=100")
      #expect(agents.count == 10)
      #expect(Set(agents.compactMap { $0["agent_no"].string }).count == 10)
      await #expect(throws: (any Error).self) { try await house.host.command("agent", "import", "-", input: #"[{"agent_no":"x"}]"#) }
      await house.host.stop()
    }

    @Test func `a suggestion becomes an agent with a picture, is ranked, and what is said to be missing brings it first`() async throws {
      try await House.with { house in
        let project = try await house.api.post("/api/v1/projects/", ["name": "Shop"])["id"].int ?? 0
        let path = "/api/v1/projects/\(project)/"
        let needs: JSON = [["id": "REQ-001", "content": "A page with a form"], ["id": "REQ-002", "content": "Reports from the database"]]
        let plan = try await house.api.post(path + "suggest-agents/", ["requirements": needs], status: 200)
        let spec = try #require(plan["suggestions"].array?.first { $0["role"] == "frontend" }?["metaso_agent"])
        let made = try await house.api.post("/api/v1/agents/create-metaso/", ["project_id": .int(project), "spec": spec])["agent"]
        #expect(made["is_system"] == false)
        let avatars = try await house.api.post(
          "/api/v1/agents/generate-avatars/",
          ["agents": [["agent_id": .string("\(made["id"].int ?? 0)"), "name": made["name"]]], "style": "3d"], status: 200)
        let url = try #require(avatars["results"][0]["avatar_url"].string)
        let picture = try await API(baseURL: house.api.baseURL).send(.get, String(url.dropFirst(house.api.baseURL.count)))
        #expect(picture.status == 200)
        #expect(picture.text.hasPrefix("<svg "))
        let changed = try await house.api.send(.patch, "/api/v1/agents/\(made["id"].int ?? 0)/", ["avatar": .string(url)])
        #expect(changed.status == 200, "\(changed.text)")

        let question: JSONObject = ["role": "data engineer", "skills": ["sql", "python"], "domains": ["data"], "limit": 20]
        let ranked = try await house.api.post(path + "rank-agents/", .object(question), status: 200)
        let candidates = try #require(ranked["candidates"].array)
        let ways = candidates.dropFirst().flatMap { candidate in
          (candidate["why_not"]["ways"].array ?? []).map { (candidate["agent_id"], $0["what_if"]) }
        }
        #expect(!ways.isEmpty)
        for (agent, change) in ways.prefix(6) {
          let answer = try await house.api.post(path + "rank-agents/", .object(question.merging(["what_if": change])), status: 200)
          #expect(answer["what_if"]["first_after"] == agent)
          #expect(answer["what_if"]["first_before"] == candidates[0]["agent_id"])
        }
        let team = try await house.api.send(.post, path + "init_team/", [:])
        #expect(team.status == 201)
        #expect(team.json["members"].array?.count == 6)
        #expect(try await house.api.send(.post, path + "init_team/", [:]).status == 200)
      }
    }

    @Test func `every decision of a round says why, and which least change would have turned it`() async throws {
      try await House.with { house in
        let round = try await Round.start(house.api)
        try await round.complete(house.api)
        let rows = try await house.api.rows("/api/v1/execution/selections/?round=\(round.id)&page_size=100")
        #expect(!rows.isEmpty)
        for row in rows.prefix(12) {
          let why = try await house.api.get("/api/v1/execution/selections/\(row["id"].string ?? "")/explain/")
          #expect(why["exact"] == true || why["verdict"].string?.contains("was made for this work") == true, "\(why)")
          #expect(why["is_selected"] == row["is_selected"])
          for way in why["ways"].array ?? [] {
            #expect((way["selected"]["agent"] == row["agent"]) != (row["is_selected"] == true), "\(why)")
          }
        }
      }
    }
  }
}
