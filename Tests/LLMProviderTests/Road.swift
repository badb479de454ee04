import JSONRPC
import ModelKit
import NIOCore
import PluginKit
import Synchronization
import TestSupport
import UnixTransport

@testable import Chat
@testable import LLMAnthropic
@testable import LLMOpenAI

/// The router and a provider, with a storage that only takes notes.
struct Road: Sendable {
  let chat: PluginHarness<ChatPlugin>
  private let notes: Notes

  private final class Notes: Sendable {
    let inserts = Mutex<[String]>([])
    /// Calls of each provider that run now, and the most there ever were.
    let traffic = Mutex<[String: (now: Int, most: Int)]>([:])

    func enter(_ provider: String) {
      traffic.withLock { traffic in
        let (now, most) = traffic[provider] ?? (0, 0)
        traffic[provider] = (now + 1, max(most, now + 1))
      }
    }

    func leave(_ provider: String) { traffic.withLock { $0[provider]?.now -= 1 } }
  }

  /// - Parameter config: the router's.
  static func with(
    _ family: Family, _ mock: LLMock, config: JSONObject = ["aliases": ["default": "llm-x/gpt-4o-mini"]],
    _ body: (Road) async throws -> Void
  ) async throws {
    switch family {
    case .openAI:
      let provider: JSONObject = ["base_url": .string(mock.url + "/v1"), "idle_seconds": 1]
      try await with(try await PluginHarness(LLMOpenAIPlugin.self, config: provider), config, body)
    case .anthropic:
      let provider: JSONObject = ["base_url": .string(mock.url + "/anthropic"), "idle_seconds": 1]
      try await with(try await PluginHarness(LLMAnthropicPlugin.self, config: provider), config, body)
    }
  }

  private static func with<P: Plugin>(
    _ provider: PluginHarness<P>, _ config: JSONObject, _ body: (Road) async throws -> Void
  ) async throws {
    let notes = Notes()
    let chat = try await PluginHarness(ChatPlugin.self, config: config) { served in
      let method = served.request.method
      guard method.hasPrefix("llm.complete@") else { return try note(served, in: notes) }
      let name = String(method.dropFirst("llm.complete@".count))
      notes.enter(name)
      defer { notes.leave(name) }
      let call = OutboundCall("llm.complete", params: served.request.params, meta: nil, deadline: .now() + .seconds(60))
      let relayed = await provider.connection.start(call)
      for try await chunk in relayed.incoming { try await served.outgoing.send(chunk) }
      let reply = await relayed.reply()
      if let error = reply.rpcError { throw error }
      guard case .result(let bytes) = reply else { return .null }
      return try JSON(parsing: Array(buffer: bytes))
    }
    try await body(Road(chat: chat, notes: notes))
    try await chat.shutdown()
    try await provider.shutdown()
  }

  private static func note(_ served: ServedRequest, in notes: Notes) throws -> JSON {
    let steps = try JSON(parsing: Array(buffer: served.request.params))["steps"].array ?? []
    notes.inserts.withLock { $0 += steps.filter { $0["op"] == "insert" }.compactMap { $0["collection"].string } }
    return ["row": .null, "rows": [], "results": .array(steps.map { _ in ["ids": ["x"]] })]
  }

  /// Usage rows written so far.
  var usageCount: Int { notes.inserts.withLock { $0.count { $0 == "usage_record" } } }

  /// The calls of a provider that run now.
  func running(of provider: String) -> Int { notes.traffic.withLock { $0[provider]?.now ?? 0 } }

  /// The most calls of a provider that ever ran at once.
  func most(of provider: String) -> Int { notes.traffic.withLock { $0[provider]?.most ?? 0 } }

  func ask(_ text: String, inPieces: Bool = false) async throws -> (text: String, pieces: String) {
    guard inPieces else { return (try await reply(to: text)["text"].string ?? "", "") }
    let (result, bytes) = try await chat.stream("models.complete", .object(Self.params(text).merging(["deltas": true])))
    var reader = CompletionDeltaReader()
    return (result["text"].string ?? "", try reader.take(bytes).text)
  }

  /// - Parameter deadline: how long the caller waits.
  func reply(to text: String, tenant: String? = nil, maxTokens: Int = 50, deadline: Duration = .seconds(30)) async throws -> JSON {
    try await chat.call("models.complete", .object(Self.params(text, maxTokens)), tenant: tenant, deadline: deadline)
  }

  private static func params(_ text: String, _ maxTokens: Int = 50) -> JSONObject {
    ["alias": "qa", "purpose": "qa", "messages": [["role": "user", "content": .string(text)]], "max_tokens": .int(maxTokens)]
  }
}
