import JSONRPC
import TestSupport
import Testing

extension SystemTests {
  /// A round whose models' replies were kept, and the same again without a model.
  @Suite struct RecordedRoundTests {
    @Test func `a recorded round plays again to the same files without asking a model`() async throws {
      try await House.with { house in
        let recorded = try await Round.start(house.api, options: ["llm_mode": "record"])
        try await recorded.complete(house.api)
        let played = try await Round.start(house.api, options: ["llm_mode": "replay"])
        try await played.complete(house.api)
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
