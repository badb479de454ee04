import Foundation
import JSONRPC
import TestSupport
import Testing

extension SystemTests {
  /// `enabled = false` in a manifest: the subsystem is gone and the rest works.
  @Suite struct SwitchedOffTests {
    @Test func `without ingest its routes answer 404 and a round completes all the same`() async throws {
      try await without("70-ingest.toml") { house in
        try await absent(
          ["observability/usage/", "observability/usage/summary/", "observability/executions/", "observability/timeline/"], house.api)
        #expect(try await house.api.send(.post, "/api/v1/observability/ingest/usage/", [:]).status == 404)
        let round = try await Round.start(house.api)
        try await round.complete(house.api)
        #expect(try await round.files(house.api)["index.html"] != nil)
      }
    }

    @Test func `without selection its routes answer 404 and projects and chat work`() async throws {
      try await without("50-selection.toml") { house in
        try await absent(["execution/selections/", "execution/selections/by_round/?project=1"], house.api)
        let project = try await house.api.post("/api/v1/projects/", ["name": "Bakery"])["id"]
        let talk = try await house.api.post("/api/v1/conversations/", ["project": project, "title": "Bakery"])["id"].int ?? 0
        let chat = try await house.api.post("/api/v1/conversations/\(talk)/chat/", ["content": .string(Round.bakery)])
        #expect(chat["requirements_created"].array?.isEmpty == false)
        #expect(try await house.api.get("/api/v1/execution/rounds/")["count"] == 0)
      }
    }

    @Test func `switched on again a subsystem has its rows back`() async throws {
      let folder = try PluginFolder()
      defer { folder.remove() }
      let house = try await House.open(plugins: folder)
      _ = try await house.api.post("/api/v1/observability/ingest/timeline/", ["event_type": "kept", "message": "before"])
      try folder.disable("70-ingest.toml")
      try await restart(house, folder) { api in try await absent(["observability/timeline/"], api) }
      try folder.edit("70-ingest.toml") { $0.replacing("enabled = false\n", with: "") }
      try await restart(house, folder) { api in
        let kept = try await api.get("/api/v1/observability/timeline/?event_type=kept")
        #expect(kept["count"] == 1)
      }
      try? FileManager.default.removeItem(at: house.host.data)
    }

    private func without(_ manifest: String, _ body: (House) async throws -> Void) async throws {
      let folder = try PluginFolder()
      defer { folder.remove() }
      try folder.disable(manifest)
      try await House.with(plugins: folder, body)
    }

    private func absent(_ paths: [String], _ api: API) async throws {
      let schema = try await API(baseURL: api.baseURL).get("/api/schema/")
      for path in paths {
        let answer = try await api.send(.get, "/api/v1/" + path)
        #expect(answer.status == 404 && answer.json == ["detail": "Not found."], "GET \(path) answered \(answer.status): \(answer.text)")
        let name = "/api/v1/" + (path.split(separator: "?").first ?? "")
        #expect(schema["paths"].object?[name] == nil, "the schema still has \(name)")
      }
    }

    /// Stops what runs on the house's data and runs the body with a new host.
    private func restart(_ house: House, _ folder: PluginFolder, _ body: (API) async throws -> Void) async throws {
      house.host.terminate()
      _ = await house.host.waitUntilExit()
      let host = try await HostProcess.start(data: house.host.data, plugins: folder.url)
      defer { host.kill() }
      try await host.settled()
      try await body(API(baseURL: host.baseURL, key: house.api.key))
      host.terminate()
      #expect(await host.waitUntilExit() == 0)
    }
  }
}
