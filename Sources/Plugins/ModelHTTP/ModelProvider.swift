import JSONRPC
package import ModelKit
package import PluginKit
package import PluginProtocol

/// One way to ask models over the network; what its plugin offers follows from it.
package protocol ModelProvider: Sendable {
  var client: UpstreamClient { get }
  /// Completes a conversation.
  ///
  /// - Parameters:
  ///   - request: with the model's real name.
  ///   - emit: gets the pieces when the request wants them.
  func complete(_ request: CompletionRequest, emit: @escaping @Sendable (CompletionDelta) async throws -> Void) async throws
    -> CompletionResult
  /// What the server lists, with context lengths where it says them.
  func models() async throws -> [(id: String, context: Int64?)]
}

extension ModelProvider {
  package var methods: [Method] {
    [
      Method("llm.complete") { request in
        var completion = try CompletionRequest(request.params)
        completion.model = try client.config.resolved(completion.model)
        return try await complete(completion) { delta in try await request.send(delta.line) }.json
      },
      Method("llm.models") { _ in try await list() },
      Method("llm.count_tokens") { request in try TokenEstimate.count(request.params) },
    ]
  }

  private func list() async throws -> JSON {
    let listed = try await models()
    let more = (client.config.models + [client.config.model]).filter { name in !name.isEmpty && !listed.contains { $0.id == name } }
    func row(_ id: String, _ context: Int64?) -> JSON {
      ["id": .string(id), "context": (client.config.context ?? context).map { .int($0) } ?? .null]
    }
    let rows = listed.map { row($0.id, $0.context) } + Set(more).sorted().map { row($0, nil) }
    return ["models": .array(rows), "default": JSON(client.config.model)]
  }
}

/// What both plugins contribute.
package enum ProviderContributions {
  package static func description(of service: String, more: [ConfigKeySpec] = []) -> PluginDescription {
    PluginDescription(
      provides: ["llm"],
      methods: [
        MethodSpec("llm.complete", "Completes a conversation by \(service).", idempotent: true, timeoutMilliseconds: 600_000),
        MethodSpec("llm.models", "The models of the server and of the configuration.", idempotent: true),
        MethodSpec("llm.count_tokens", "An estimate of the tokens of a text or of messages.", idempotent: true),
      ],
      config: UpstreamConfig.keys + more)
  }
}
