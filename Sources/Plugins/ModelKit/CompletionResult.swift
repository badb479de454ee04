package import JSONRPC

/// The result of an `llm.complete` (docs/LLM.md, section 2).
package struct CompletionResult: Sendable, Equatable {
  package enum Finish: String, Sendable {
    case stop, length
    case toolCalls = "tool_calls"
    case contentFilter = "content_filter"
  }

  package var text: String
  /// As the provider names what answered.
  package var model: String
  package var finish: Finish
  package var usage: TokenUsage
  package var toolCalls: [ToolCall]

  package init(text: String, model: String, finish: Finish, usage: TokenUsage, toolCalls: [ToolCall] = []) {
    self.text = text
    self.model = model
    self.finish = finish
    self.usage = usage
    self.toolCalls = toolCalls
  }

  package var json: JSON {
    [
      "text": .string(text), "model": .string(model), "finish_reason": .string(finish.rawValue), "usage": usage.json,
      "tool_calls": .array(toolCalls.map(\.json)),
    ]
  }
}

/// What a call took, in tokens. The kinds are disjoint: their sum is everything that is paid for.
package struct TokenUsage: Sendable, Equatable {
  /// Read by the model, neither from nor into a cache.
  package var input: Int64
  /// Read from the provider's prompt cache.
  package var cached: Int64
  /// Read and written to the provider's prompt cache.
  package var cacheWrite: Int64
  /// Written, without reasoning.
  package var output: Int64
  /// Thought and not shown.
  package var reasoning: Int64
  /// The provider did not say; counted by us.
  package var isEstimate: Bool

  package init(
    input: Int64, cached: Int64 = 0, cacheWrite: Int64 = 0, output: Int64, reasoning: Int64 = 0, isEstimate: Bool = false
  ) {
    func bounded(_ count: Int64) -> Int64 { min(max(0, count), 1 << 40) }
    self.input = bounded(input)
    self.cached = bounded(cached)
    self.cacheWrite = bounded(cacheWrite)
    self.output = bounded(output)
    self.reasoning = bounded(reasoning)
    self.isEstimate = isEstimate
  }

  /// Reads `usage` of a reply; what is missing or negative counts as 0.
  package init(_ json: JSON) {
    self.init(
      input: json["input_tokens"].int ?? 0, cached: json["cached_tokens"].int ?? 0, cacheWrite: json["cache_write_tokens"].int ?? 0,
      output: json["output_tokens"].int ?? 0, reasoning: json["reasoning_tokens"].int ?? 0, isEstimate: json["estimated"].bool ?? false)
  }

  /// All that was read.
  package var read: Int64 { input + cached + cacheWrite }
  /// All that was written.
  package var written: Int64 { output + reasoning }
  package var total: Int64 { read + written }

  package var json: JSON {
    var object: JSONObject = [
      "input_tokens": .int(input), "cached_tokens": .int(cached), "output_tokens": .int(output), "reasoning_tokens": .int(reasoning),
    ]
    if cacheWrite > 0 { object["cache_write_tokens"] = .int(cacheWrite) }
    if isEstimate { object["estimated"] = true }
    return .object(object)
  }
}
