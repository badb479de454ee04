import JSONRPC
import ModelKit
import PluginKit
import Testing

@testable import Chat

@Suite struct PriceTests {
  static let vectors = JSONVector.rows("pricing.jsonl")

  /// Rows whose recorded answer DECISIONS 19 replaces: the longest prefix wins, and an unknown model has no price.
  private static let decided = [
    "price-006": PriceTable.Price(input: 0.00015, output: 0.0006), "price-007": PriceTable.Price(input: 0.003, output: 0.012),
    "price-018": nil,
  ]

  @Test(arguments: vectors) func `prices a model as recorded, or as decided since`(vector: JSONVector) throws {
    let row = vector.row
    let price = PriceTable().price(of: row["model"].string ?? "")
    if let decided = Self.decided[row["id"].string ?? ""] {
      #expect(price == decided)
      return
    }
    let cost = try #require(price).cost(TokenUsage(input: row["input_tokens"].int ?? 0, output: row["output_tokens"].int ?? 0))
    #expect(price?.input == row["expected"]["input_per_1k"].double)
    #expect(abs(cost - (row["expected"]["cost_usd"].double ?? -1)) < 1e-9)
  }

  @Test func `reads all recorded prices`() { #expect(Self.vectors.count == 20) }

  @Test(
    arguments: [
      ("gpt-4.1", nil), ("o10", nil), ("offline-1", 0), ("qwen3:8b", 0.0001), ("mymodel-2", 7), ("x/mymodel", 7), ("gpt-4o", 1),
    ] as [(String, Double?)])
  func `a prefix ends at a separator; configuration wins`(model: String, input: Double?) throws {
    let table = try PriceTable(config: ["mymodel": ["input": 7, "output": 8], "GPT-4o": ["input": 1, "output": 1]])
    #expect(table.price(of: model)?.input == input)
  }

  @Test func `a mistake in the configuration names its key`() {
    #expect(throws: ConfigMistake(description: "prices.x: input and output must be numbers of at least 0")) {
      try PriceTable(config: ["x": ["input": -1]])
    }
    #expect(throws: ConfigMistake.self) { try ModelAliases(["qa": "nonsense"]) }
    #expect(throws: ConfigMistake.self) { try ModelAliases(["qa": []]) }
  }

  @Test func `an alias without entry is the default, and that the offline model`() throws {
    #expect(try ModelAliases([:]).targets("qa") == [ModelAliases.Target("llm-offline/offline-1")])
    let aliases = try ModelAliases(["default": ["a/b/c", "d/e"], "qa": "f/g"])
    #expect(aliases.targets("code").map(\.provider) == ["a", "d"])
    #expect(aliases.targets("code")[0].model == "b/c")
    #expect(aliases.targets("qa").map(\.model) == ["g"])
  }
}

@Suite struct RetryTests {
  private static func failure(_ code: String, _ more: JSONObject = [:]) -> RPCError { .application(code, status: 502, code, more: more) }

  static let cases: [(RPCError, Int, Duration?, RetryPolicy.Step)] = [
    (failure("llm_overloaded"), 1, nil, .retry(after: .milliseconds(375))),
    (failure("llm_overloaded"), 2, nil, .retry(after: .milliseconds(750))),
    (failure("llm_overloaded"), 3, nil, .fallBack),
    (failure("llm_rate_limited", ["retry_after_ms": 2000]), 1, nil, .retry(after: .milliseconds(2100))),
    (failure("llm_rate_limited", ["retry_after_ms": 2000]), 1, .seconds(1), .fallBack),
    (failure("llm_rate_limited", ["retry_after_ms": 90_000]), 1, nil, .fallBack),
    (failure("llm_auth"), 1, nil, .fallBack), (failure("llm_error", ["retryable": true]), 1, nil, .retry(after: .milliseconds(375))),
    (failure("llm_timeout", ["retryable": false]), 1, nil, .fallBack),
    (RPCError(.pluginDied, "x"), 1, nil, .retry(after: .milliseconds(375))),
    (RPCError(.cancelled, "x"), 1, nil, .giveUp), (RPCError(.invalidParams, "x"), 1, nil, .giveUp),
    (RPCError(.deadline, "x"), 1, .zero, .giveUp), (RPCError(.deadline, "x"), 1, .seconds(9), .fallBack),
  ]

  @Test(arguments: cases) func `decides what follows a failure`(error: RPCError, attempt: Int, left: Duration?, step: RetryPolicy.Step) {
    #expect(RetryPolicy().step(after: error, attempt: attempt, left: left, chance: 0.5) == step)
  }
}
