import JSONRPC
import TestSupport
import Testing

/// The router's limits and its patience, in a running router with a provider of the network behind it.
@Suite(.serialized, .timeLimit(.minutes(3))) struct RoutedLimitTests {
  private static let chain: JSON = ["default": ["llm-x/gpt-4o-mini", "llm-y/gpt-4o"]]
  private static let tenants = ["7b0c1d2e-0000-4000-8000-00000000000a", "7b0c1d2e-0000-4000-8000-00000000000b"]

  /// The models the mock was asked for, oldest first.
  private static func models(_ mock: LLMock) async throws -> [String] { try await mock.requests().compactMap { $0["model"].string } }

  @Test(arguments: Family.allCases) func `a provider that fails in a row is left alone, then asked again`(family: Family) async throws {
    try await LLMock.with { mock in
      let config: JSONObject = ["aliases": Self.chain, "attempts": 1, "cooldown_failures": 2, "cooldown_seconds": 2]
      try await Road.with(family, mock, config: config) { road in
        try await mock.queue(
          ["type": "fail", "status": 500, "times": 2, "match": ["model": "gpt-4o-mini"]])
        for _ in 0..<2 { #expect(try await road.reply(to: "first fails")["provider"] == "llm-y") }
        #expect(try await Self.models(mock) == ["gpt-4o-mini", "gpt-4o", "gpt-4o-mini", "gpt-4o"])
        #expect(try await road.reply(to: "first rests")["provider"] == "llm-y")
        #expect(try await Self.models(mock).suffix(1) == ["gpt-4o"])
        #expect(try await Self.models(mock).count == 5)
        try await eventually("the first to be asked again") {
          try await road.reply(to: "first again")["provider"] == "llm-x" ? true : nil
        }
      }
    }
  }

  @Test(arguments: Family.allCases) func `who asks for more than half a minute is left alone at once, and the caller told why`(
    family: Family
  ) async throws {
    try await LLMock.with { mock in
      try await Road.with(family, mock) { road in
        try await mock.queue(["type": "fail", "status": 429, "retry_after": 90])
        let first = await #expect(throws: RPCError.self) { _ = try await road.ask("too much") }
        #expect(first?.applicationCode == "llm_rate_limited")
        let second = await #expect(throws: RPCError.self) { _ = try await road.ask("and again") }
        #expect(second?.applicationCode == "llm_overloaded" && second?.message == "llm-x failed too often and is left alone")
        #expect((60_000...90_000).contains(second?.data["retry_after_ms"].int ?? 0))
        #expect(try await mock.requests().count == 1)
      }
    }
  }

  /// Makes calls side by side, each of which takes its time.
  private static func crowd(_ mock: LLMock, _ road: Road, _ tenants: [String]) async throws {
    try await mock.queue(["type": "delay", "seconds": 0.2, "times": .int(tenants.count)])
    try await withThrowingTaskGroup { group in
      for (index, tenant) in tenants.enumerated() {
        group.addTask { _ = try await road.reply(to: "call \(index)", tenant: tenant) }
      }
      try await group.waitForAll()
    }
    #expect(try await mock.requests().count == tenants.count)
  }

  @Test func `a provider gets as many calls at once as it may have, whoever makes them`() async throws {
    try await LLMock.with { mock in
      let config: JSONObject = ["aliases": ["default": "llm-x/gpt-4o"], "providers": ["llm-x": ["concurrency": 3]]]
      try await Road.with(.openAI, mock, config: config) { road in
        try await Self.crowd(mock, road, (0..<12).map { Self.tenants[$0 % 2] })
        #expect(road.most(of: "llm-x") == 3)
      }
    }
  }

  @Test func `a tenant makes as many calls at once as it may, and holds nobody else up`() async throws {
    try await LLMock.with { mock in
      let own: JSON = [
        Self.tenants[0]: ["concurrency": 2, "aliases": ["qa": "llm-a/gpt-4o"]], Self.tenants[1]: ["aliases": ["qa": "llm-b/gpt-4o-mini"]],
      ]
      try await Road.with(.openAI, mock, config: ["aliases": ["default": "llm-x/gpt-4o"], "tenants": own]) { road in
        try await Self.crowd(mock, road, (0..<16).map { Self.tenants[$0 % 2] })
        #expect(road.most(of: "llm-a") == 2)
        #expect(road.most(of: "llm-b") > 2)
        #expect(road.most(of: "llm-x") == 0)
        #expect(Set(try await Self.models(mock)) == ["gpt-4o", "gpt-4o-mini"])
      }
    }
  }

  @Test(
    arguments: [
      (["tenant_tokens_per_minute": 60], "tenant/\(tenants[0]): more than 60 tokens a minute"),
      (["tenants": [tenants[0]: ["tokens_per_minute": 60]]], "tenant/\(tenants[0]): more than 60 tokens a minute"),
      (["providers": ["llm-x": ["tokens_per_minute": 60]]], "provider/llm-x: more than 60 tokens a minute"),
    ] as [(JSONObject, String)])
  func `tokens past the minute's are refused before anybody is asked, when the caller cannot wait for them`(
    config: JSONObject, message: String
  ) async throws {
    try await LLMock.with { mock in
      try await Road.with(.openAI, mock, config: config.merging(["aliases": ["default": "llm-x/gpt-4o"]])) { road in
        try await mock.queue(["type": "reply", "text": .string(String(repeating: "word ", count: 40))])
        _ = try await road.reply(to: "most of them", tenant: Self.tenants[0])
        let error = await #expect(throws: RPCError.self) {
          _ = try await road.reply(to: "the rest", tenant: Self.tenants[0], deadline: .seconds(3))
        }
        #expect(error?.applicationCode == "llm_rate_limited" && error?.message == message)
        #expect(error?.data["retry_after_ms"] == 60_000)
        #expect(try await mock.requests().count == 1)
        let isEverybodys = message.hasPrefix("provider")
        let other = try? await road.reply(to: "somebody else", tenant: Self.tenants[1], deadline: .seconds(3))
        #expect((other == nil) == isEverybodys)
      }
    }
  }

  @Test func `a call waits for its tokens when the caller can, and what the last one did not use is there again`() async throws {
    try await LLMock.with { mock in
      let config: JSONObject = ["aliases": ["default": "llm-x/gpt-4o"], "tenant_tokens_per_minute": 6000]
      try await Road.with(.openAI, mock, config: config) { road in
        try await mock.queue(["type": "reply", "text": "short", "times": 2])
        // Unused tokens come back, or the second of these would have to wait for a minute.
        for _ in 0..<2 { _ = try await road.reply(to: "all of them", tenant: Self.tenants[0], maxTokens: 5900, deadline: .seconds(3)) }
        try await mock.queue(["type": "delay", "seconds": 1])
        async let large = road.reply(to: "all of them again", tenant: Self.tenants[0], maxTokens: 5900)
        try await eventually("the large call to hold its tokens") { road.running(of: "llm-x") == 1 ? true : nil }
        let started = ContinuousClock.now
        _ = try await road.reply(to: "a little", tenant: Self.tenants[0], maxTokens: 200)
        #expect(ContinuousClock.now - started > .milliseconds(500))
        _ = try await large
      }
    }
  }
}
