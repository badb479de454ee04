import JSONRPC
import TestSupport
import Testing

extension SystemTests {
  /// A round whose models' replies were kept, and the same again without a model.
  @Suite struct RecordedRoundTests {
    @Test(arguments: ["full", "redacted"]) func `a recorded round plays again to the same files without asking a model`(journal: String)
      async throws
    {
      let folder = try PluginFolder()
      defer { folder.remove() }
      try folder.edit("40-chat.toml") { $0.replacing("# journal = \"full\"", with: "journal = \"\(journal)\"") }
      try await House.with(plugins: folder) { house in
        let recorded = try await Round.start(house.api, options: ["llm_mode": "record"])
        try await recorded.complete(house.api)
        let calls = try await house.providerCalls()
        let played = try await Round.start(house.api, options: ["llm_mode": "replay"])
        try await played.complete(house.api)
        // The new project's requirements were talked through in one live call.
        #expect(try await house.providerCalls() == calls + 1)
        let requests = try await ModelJournal.requests(recorded, house)
        #expect(!requests.isEmpty && requests.allSatisfy { ($0["omitted_bytes"] == .null) == (journal == "full") })
        let files = try await recorded.files(house.api)
        #expect(try await played.files(house.api) == files && !files.isEmpty)
        #expect(try await house.api.rows("/api/v1/observability/usage/?execution_round=\(recorded.id)").isEmpty == false)
        #expect(try await house.api.rows("/api/v1/observability/usage/?execution_round=\(played.id)").isEmpty)
        let refused = try await house.api.send(.post, "/api/v1/projects/\(played.project)/execute/", ["llm_mode": "sometimes"])
        #expect(refused.status == 400 && !refused.json["llm_mode"].isNull)
      }
    }
  }
}
