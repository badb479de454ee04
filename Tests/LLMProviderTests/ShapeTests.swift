import JSONRPC
import ModelKit
import TestSupport
import Testing

/// Every shape of a call against llmock, which checks what it is sent.
@Suite(.serialized, .timeLimit(.minutes(2))) struct ShapeTests {
  @Test(arguments: Family.allCases) func `completes, whole and in pieces, with the same result`(family: Family) async throws {
    try await LLMock.with { mock in
      try await family.with(mock.url) { provider in
        try await mock.queue(["type": "reply", "text": "Four and twenty blackbirds", "times": 2])
        let ask = Served.ask("How many?", ["temperature": 0.5, "max_tokens": 200, "seed": 7, "stop": ["END"]])
        let whole = try await provider.complete(.object(ask))
        #expect(whole["text"] == "Four and twenty blackbirds")
        #expect(whole["finish_reason"] == "stop")
        #expect(whole["tool_calls"] == [])
        #expect(whole["model"].string?.isEmpty == false)
        let usage = TokenUsage(whole["usage"])
        #expect(usage.input > 0 && usage.output > 0 && !usage.isEstimate)
        let (result, deltas) = try await provider.streamed(ask)
        #expect(deltas.text == "Four and twenty blackbirds")
        #expect(deltas.count > 1)
        #expect(result["text"] == whole["text"] && result["finish_reason"] == "stop")
        #expect(TokenUsage(result["usage"]).total > 0)
      }
      #expect(try await mock.findings() == [])
      #expect(try await mock.requests().map { $0["status"] } == [200, 200])
    }
  }

  @Test(arguments: Family.allCases) func `a model calls tools, whole and in pieces, and goes on with their results`(family: Family)
    async throws
  {
    try await LLMock.with { mock in
      try await family.with(mock.url) { provider in
        let call: JSON = ["name": "get_weather", "arguments": ["city": "Paris", "days": 3]]
        try await mock.queue(["type": "reply", "tool_calls": [call], "times": 2])
        let ask = Served.ask("Will it rain in Paris?", ["tools": [Served.weather], "tool_choice": ["name": "get_weather"]])
        let whole = try await provider.complete(.object(ask))
        #expect(whole["finish_reason"] == "tool_calls")
        #expect(whole["tool_calls"][0]["name"] == "get_weather")
        #expect(whole["tool_calls"][0]["arguments"] == ["city": "Paris", "days": 3])
        let (result, deltas) = try await provider.streamed(ask)
        #expect(result["tool_calls"][0]["arguments"] == ["city": "Paris", "days": 3])
        #expect(try JSON(parsing: deltas.arguments(0)) == ["city": "Paris", "days": 3])
        let messages =
          (ask["messages"]?.array ?? []) + [
            ["role": "assistant", "content": "", "tool_calls": result["tool_calls"]],
            ["role": "tool", "tool_call_id": result["tool_calls"][0]["id"], "content": "12 mm of rain"],
          ]
        try await mock.queue(["type": "reply", "text": "Take an umbrella."])
        let last = try await provider.complete(.object(ask.merging(["messages": .array(messages), "tool_choice": "auto"])))
        #expect(last["text"] == "Take an umbrella.")
      }
      #expect(try await mock.findings() == [])
    }
  }

  @Test(arguments: Family.allCases) func `a reply follows a JSON Schema`(family: Family) async throws {
    try await LLMock.with { mock in
      try await family.with(mock.url) { provider in
        let schema: JSON = [
          "type": "object", "properties": ["city": ["type": "string"], "population": ["type": "integer"]],
          "required": ["city", "population"], "additionalProperties": false,
        ]
        let format: JSON = ["type": "json_schema", "name": "place", "schema": schema, "strict": true]
        let ask = Served.ask("Name a city.", ["response_format": format])
        for text in [try await provider.complete(.object(ask))["text"], try await provider.streamed(ask).result["text"]] {
          let reply = try JSON(parsing: text.string ?? "")
          #expect(reply["city"].string != nil && reply["population"].int != nil, "\(text)")
        }
      }
      #expect(try await mock.findings() == [])
    }
  }

  @Test(arguments: Family.allCases) func `lists models and counts tokens`(family: Family) async throws {
    try await LLMock.with { mock in
      try await family.with(mock.url, config: ["models": ["of-the-house"]]) { provider in
        if family == .openAI {
          let models = try await provider.call("llm.models", [:], .seconds(20))["models"].array ?? []
          #expect(models.contains { $0["id"] == "of-the-house" } && models.count > 2)
        }
        let count = try await provider.call("llm.count_tokens", ["text": "twelve bytes and 四个汉字"], .seconds(20))
        #expect(count["tokens"] == 9)
      }
    }
  }

  @Test(arguments: Family.allCases) func `bad params are refused before anything is sent`(family: Family) async throws {
    try await LLMock.with { mock in
      try await family.with(mock.url) { provider in
        for (wrong, member) in [
          (["messages": []], "messages"), (Served.ask("x", ["temperature": 3]), "temperature"),
          (Served.ask("x", ["max_tokens": 0]), "max_tokens"),
          (Served.ask("x", ["response_format": ["type": "xml"]]), "response_format.type"),
          (Served.ask("x", ["tool_choice": ["name": "none"]]), "tool_choice"),
          (["messages": [["role": "tool", "content": "x"]]], "messages[0].tool_call_id"), (Served.ask("x", ["stop": []]), "stop"),
        ] as [(JSONObject, String)] {
          let error = await #expect(throws: RPCError.self) { try await provider.complete(.object(wrong)) }
          #expect(error?.code == .invalidParams && error?.message.hasPrefix(member) == true, "\(member): \(error?.message ?? "")")
        }
      }
      #expect(try await mock.requests().isEmpty)
    }
  }
}
