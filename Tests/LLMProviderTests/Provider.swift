import JSONRPC
import ModelKit
import PluginKit
import TestSupport

@testable import LLMAnthropic
@testable import LLMOpenAI

/// One of the two providers, as a test that holds for both sees it.
enum Family: String, CaseIterable, Sendable {
  case openAI, anthropic

  /// Runs the plugin beside the body.
  func with(_ url: String, config: JSONObject = [:], key: String = "sk-secret-0123456789", _ body: (Served) async throws -> Void)
    async throws
  {
    let all = JSONObject([("model", "gpt-4o-mini")]).merging(config)
    switch self {
    case .openAI:
      let harness = try await PluginHarness(
        LLMOpenAIPlugin.self, config: all.merging(["base_url": .string(url + "/v1")]), secrets: ["api_key": key])
      try await body(Served(harness))
      try await harness.shutdown()
    case .anthropic:
      let base = url.hasSuffix("/") ? url : url + "/anthropic"
      let harness = try await PluginHarness(
        LLMAnthropicPlugin.self, config: all.merging(["base_url": .string(base)]), secrets: ["api_key": key])
      try await body(Served(harness))
      try await harness.shutdown()
    }
  }
}

/// A provider's methods.
struct Served: Sendable {
  let call: @Sendable (_ method: String, _ params: JSON, _ deadline: Duration) async throws(RPCError) -> JSON
  private let stream: @Sendable (JSON) async throws -> (result: JSON, bytes: [UInt8])

  init<P: Plugin>(_ harness: PluginHarness<P>) {
    call = { method, params, deadline throws(RPCError) in try await harness.call(method, params, deadline: deadline) }
    stream = { params in try await harness.stream("llm.complete", params) }
  }

  func complete(_ params: JSON) async throws -> JSON { try await call("llm.complete", params, .seconds(30)) }

  /// The result and the deltas before it.
  func streamed(_ params: JSONObject) async throws -> (result: JSON, deltas: [CompletionDelta]) {
    let (result, bytes) = try await stream(.object(params.merging(["deltas": true])))
    var reader = CompletionDeltaReader()
    return (result, try reader.take(bytes))
  }

  static func ask(_ text: String, _ more: JSONObject = [:]) -> JSONObject {
    JSONObject([("messages", [["role": "system", "content": "Be brief."], ["role": "user", "content": .string(text)]])]).merging(more)
  }

  static let weather: JSON = [
    "name": "get_weather", "description": "The weather of a city.",
    "parameters": ["type": "object", "properties": ["city": ["type": "string"]], "required": ["city"]],
  ]
}

extension [CompletionDelta] {
  var text: String {
    map { if case .text(let text) = $0 { text } else { "" } }.joined()
  }

  /// The arguments of the tool call at this place, as the pieces add up.
  func arguments(_ index: Int) -> String {
    map { if case .toolCall(index, _, _, let piece) = $0 { piece } else { "" } }.joined()
  }
}
