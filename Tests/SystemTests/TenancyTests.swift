import JSONRPC
import TestSupport
import Testing

extension SystemTests {
  /// Two tenants in one house share nothing.
  @Suite struct TenancyTests {
    @Test func `nothing of another tenant can be listed, read, changed, deleted or referred to`() async throws {
      try await House.with { house in
        let round = try await Round.start(house.api)
        try await round.complete(house.api)
        _ = try await house.api.post("/api/v1/observability/ingest/timeline/", ["event_type": "private", "message": "secret plans"])
        let made = try await House.makeTenant("others", on: house.host)
        let stranger = API(baseURL: house.host.baseURL, key: made.key)
        for resource in Self.resources {
          let mine = try await house.api.rows("/api/v1/\(resource.path)")
          let row = try #require(mine.first, "\(resource.path) of the owner is empty")
          try await isHidden(resource, id: row["id"].string ?? "\(row["id"].int ?? 0)", from: stranger)
        }
        for path in Self.roundRoutes {
          let answer = try await stranger.send(.get, "/api/v1/execution/rounds/\(round.id)/\(path)")
          #expect(answer.status == 404, "GET \(path) answered \(answer.status): \(answer.text)")
        }
        try await isUnreachable(round, from: stranger)
        try await isUntouched(round, house.api)
      }
    }

    private struct Resource {
      let path: String
      /// What the route serves at all.
      var methods: [API.Method] = [.get, .patch, .put, .delete]
    }

    private static let resources: [Resource] = [
      .init(path: "projects/"), .init(path: "conversations/"), .init(path: "messages/"),
      .init(path: "requirements/", methods: [.get, .delete]),
      .init(path: "delivery-standards/"), .init(path: "team-members/"), .init(path: "tasks/"), .init(path: "agent-thinkings/"),
      .init(path: "agent-task-items/"), .init(path: "agent-collaborations/"), .init(path: "folders/"), .init(path: "files/"),
      .init(path: "decisions/", methods: [.get, .delete]), .init(path: "file-registry/"), .init(path: "execution/rounds/", methods: [.get]),
      .init(path: "execution/artifacts/", methods: [.get]), .init(path: "execution/selections/", methods: [.get]),
      .init(path: "observability/usage/", methods: [.get]), .init(path: "observability/executions/", methods: [.get]),
      .init(path: "observability/timeline/", methods: [.get]),
    ]

    private static let roundRoutes = [
      "", "status/", "agents/", "artifacts/", "logs/", "requirements/", "checkpoints/", "events/", "stream/",
    ]

    private func isHidden(_ resource: Resource, id: String, from stranger: API) async throws {
      #expect(try await stranger.rows("/api/v1/\(resource.path)").isEmpty, "\(resource.path) lists another tenant's rows")
      let path = "/api/v1/\(resource.path)\(id)/"
      for method in resource.methods {
        let body: JSON? = method == .patch || method == .put ? ["name": "stolen", "content": "stolen", "title": "stolen"] : nil
        let answer = try await stranger.send(method, path, body)
        #expect(answer.status == 404, "\(method.rawValue) \(path) answered \(answer.status): \(answer.text)")
        #expect(answer.json["detail"].string?.hasSuffix("matches the given query.") == true, "\(method.rawValue) \(path): \(answer.text)")
      }
    }

    /// Through references in bodies and filters, and through actions.
    private func isUnreachable(_ round: Round, from stranger: API) async throws {
      let project = JSON.int(round.project)
      let bodies: [(path: String, field: String, body: JSON)] = [
        ("conversations/", "project", ["project": project, "title": "x"]),
        ("messages/", "conversation", ["conversation": .int(round.conversation), "type": "user", "content": "x"]),
        ("requirements/", "conversation", ["conversation": .int(round.conversation), "content": "x"]),
        ("tasks/", "project_id", ["project_id": project, "title": "x"]),
        ("folders/", "project", ["project": project, "name": "x"]),
        ("files/", "project", ["project": project, "name": "x"]),
        ("decisions/", "project", ["project": project, "category": "tooling", "key": "k", "value": "v"]),
        ("file-registry/", "project", ["project": project, "file_path": "x", "description": "x"]),
      ]
      for (path, field, body) in bodies {
        let answer = try await stranger.send(.post, "/api/v1/\(path)", body)
        #expect(answer.status == 400, "POST \(path) answered \(answer.status): \(answer.text)")
        let message = answer.json[field][0].string ?? ""
        #expect(message.hasSuffix("object does not exist."), "POST \(path): \(answer.text)")
      }
      let filtered = try await stranger.send(.get, "/api/v1/tasks/?project=\(round.project)")
      #expect(filtered.status == 400, "\(filtered.text)")
      for path in ["chat/", "add_message/", "extract_requirements/"] {
        let answer = try await stranger.send(
          .post, "/api/v1/conversations/\(round.conversation)/\(path)", ["content": "x", "type": "user"])
        #expect(answer.status == 404, "POST \(path) answered \(answer.status): \(answer.text)")
      }
      let execute = try await stranger.send(.post, "/api/v1/projects/\(round.project)/execute/", ["requirement": "x"])
      #expect([403, 404].contains(execute.status), "\(execute.text)")
      for path in ["cancel/", "resume/", "rerun/"] {
        let answer = try await stranger.send(.post, "/api/v1/execution/rounds/\(round.id)/\(path)", [:])
        #expect(answer.status == 404, "POST \(path) answered \(answer.status): \(answer.text)")
      }
      for path in ["stats/", "team/", "tasks/", "file-tree/", "context/"] {
        #expect(try await stranger.send(.get, "/api/v1/projects/\(round.project)/\(path)").status == 404, "projects/…/\(path)")
      }
    }

    private func isUntouched(_ round: Round, _ api: API) async throws {
      #expect(try await api.get("/api/v1/projects/\(round.project)/")["name"] == "Bakery")
      #expect(try await round.status(api) == "completed")
      for resource in Self.resources {
        let rows = try await api.rows("/api/v1/\(resource.path)")
        #expect(!rows.isEmpty && !rows.contains { $0.text.contains("stolen") }, "\(resource.path)")
      }
    }
  }
}
