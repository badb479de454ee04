import JSONRPC
import ModelKit

/// One `llm.complete`: the request read, the reply in the protocol's form (docs/PROTOCOL.md, section 11).
struct Completion: Sendable {
  private let prompt: Prompt

  /// - Throws: `invalid_params` where every provider does (docs/LLM.md, section 1).
  init(_ params: JSON) throws(RPCError) {
    _ = try CompletionRequest(params)
    prompt = Prompt(params)
  }

  @concurrent
  func answer(with scenario: Scenario?) async throws -> JSON {
    guard let rule = scenario?.rule(for: prompt) else { return reply(OfflineModel.reply(to: prompt)) }
    if rule.delay > .zero { try await Task.sleep(for: rule.delay) }
    switch rule.reply {
    case nil: return reply(OfflineModel.reply(to: prompt))
    case .text(let text): return reply(text)
    case .toolCalls(let calls): return reply("", calls)
    case .error(let error): throw error
    }
  }

  private func reply(_ text: String, _ calls: JSON = []) -> JSON {
    let input = prompt.texts.map(OfflineModel.tokens).reduce(0, +)
    return [
      "text": .string(text), "model": .string(OfflineModel.name), "finish_reason": calls == [] ? "stop" : "tool_calls",
      "usage": [
        "input_tokens": .int(input), "cached_tokens": 0, "output_tokens": .int(OfflineModel.tokens(text + (calls == [] ? "" : calls.text))),
        "reasoning_tokens": 0,
      ], "tool_calls": calls,
    ]
  }

  /// Of `text`, or of all `messages`.
  static func tokens(of params: JSON) throws(RPCError) -> Int {
    if let text = params["text"].string { return OfflineModel.tokens(text) }
    guard let messages = params["messages"].array else { throw RPCError(.invalidParams, "text or messages is needed") }
    return messages.map { OfflineModel.tokens($0["content"].string ?? "") }.reduce(0, +)
  }
}
