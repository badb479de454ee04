import JSONRPC
import TestSupport
import Testing

extension SystemTests {
  /// After a round no page of the plan and no observability query is empty.
  @Suite struct PagesTests {
    @Test func `no page of the plan and no observability query is empty after a round`() async throws {
      try await House.with { house in
        let round = try await Round.start(house.api)
        try await round.complete(house.api)
        let names = try await names(of: round, house.api)
        for page in Page.plan {
          let path = names.reduce("/api/v1/" + page.path) { $0.replacing("{\($1.key)}", with: $1.value) }
          let answer = try await house.api.send(.get, path)
          #expect(answer.status == 200, "GET \(path) answered \(answer.status): \(answer.text)")
          if answer.status == 200 { try page.verify(answer.json) }
        }
        try await downloadsEveryFile(of: round, house.api)
        try await tenantIsItsOwnersPage(house)
      }
    }

    /// The ids that the pages' paths need.
    private func names(of round: Round, _ api: API) async throws -> [String: String] {
      func first(_ path: String) async throws -> JSON {
        let answer = try await api.get("/api/v1/" + path)
        let rows = answer.array ?? answer["results"].array ?? []
        return try #require(rows.first, "\(path) is empty")
      }
      let requirement = try await first("requirements/?conversation=\(round.conversation)")
      let rounds = "execution/rounds/\(round.id)/"
      let collaborator = try await first("agent-collaborations/?project=\(round.project)")
      return [
        "project": "\(round.project)", "conversation": "\(round.conversation)", "round": round.id,
        "requirement": "\(requirement["id"].int ?? 0)", "agent": "\(collaborator["agent"].int ?? 0)",
        "selection": try await first("execution/selections/?round=\(round.id)")["id"].string ?? "",
        "file": "\(try await first("files/?project=\(round.project)")["id"].int ?? 0)",
        "artifact": try await first("execution/artifacts/?round=\(round.id)")["id"].string ?? "",
        "requirement_execution": try await first(rounds + "requirements/")["id"].string ?? "",
        "usage": try await first("observability/usage/")["id"].string ?? "",
        "execution": try await first("observability/executions/")["id"].string ?? "",
        "timeline": try await first("observability/timeline/")["id"].string ?? "",
      ]
    }

    private func downloadsEveryFile(of round: Round, _ api: API) async throws {
      let delivered = try await round.files(api)
      let rows = try await api.rows("/api/v1/files/?project=\(round.project)")
      #expect(Set(rows.compactMap { $0["path"].string }) == Set(delivered.keys))
      for row in rows {
        let answer = try await api.send(.get, "/api/v1/files/\(row["id"].int ?? 0)/download/")
        #expect(answer.status == 200)
        #expect(answer.text == delivered[row["path"].string ?? ""], "\(row["path"].string ?? "") is not what was delivered")
        #expect(Int64(answer.body.count) == row["size"].int)
      }
    }

    private func tenantIsItsOwnersPage(_ house: House) async throws {
      try await house.host.command(
        "user", "create", "--username", "olga", "--tenant", "tests", "--role", "owner", "--password-stdin", input: "correct horse\n")
      let login = API(baseURL: house.host.baseURL, key: nil)
      let tokens = try await login.post("/api/v1/auth/token/", ["username": "olga", "password": "correct horse"], status: 200)
      let access = try #require(tokens["access"].string)
      for path in ["/api/v1/tenant/", "/api/v1/tenant/quota/", "/api/v1/auth/me/"] {
        let answer = try await login.send(.get, path, headers: ["Authorization": "Bearer \(access)"])
        #expect(answer.status == 200, "GET \(path) answered \(answer.status): \(answer.text)")
        #expect(answer.json.object?.count ?? 0 > 2)
      }
    }
  }
}
