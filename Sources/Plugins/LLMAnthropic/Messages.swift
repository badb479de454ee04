import JSONRPC
import ModelHTTP
import ModelKit
import Synchronization

/// POST /v1/messages and GET /v1/models.
struct Messages: ModelProvider {
  static let maxTokens = 4096

  let client: UpstreamClient
  let maxTokens: Int

  func complete(
    _ request: CompletionRequest, emit: @escaping @Sendable (CompletionDelta) async throws -> Void
  ) async throws -> CompletionResult {
    let body = MessagesBody.object(request, maxTokens: maxTokens)
    let assembly = Mutex(MessagesAssembly(request))
    var reply: UpstreamClient.Reply?
    if request.wantsDeltas {
      reply = try await client.stream("/v1/messages", body) { event in
        let deltas = try assembly.withLock { (assembly) throws(RPCError) in try assembly.take(event.data) }
        for delta in deltas ?? [] { try await emit(delta) }
        return deltas != nil
      }
    } else {
      reply = try await client.send("/v1/messages", body)
    }
    if let reply {
      guard reply.isSuccess else { throw refusal(reply) }
      guard reply.json.object != nil else { throw ModelFailure.malformed("the answer is not JSON") }
      let deltas = try assembly.withLock { (assembly) throws(RPCError) in try assembly.take(whole: reply.json) }
      if request.wantsDeltas { for delta in deltas { try await emit(delta) } }
    }
    return try assembly.withLock { (assembly) throws(RPCError) in try assembly.result() }
  }

  func models() async throws -> [(id: String, context: Int64?)] {
    let reply = try await client.send("/v1/models", nil)
    guard reply.isSuccess else { throw refusal(reply) }
    return (reply.json["data"].array ?? []).compactMap { row in
      row["id"].string.map { ($0, row["max_input_tokens"].int ?? row["context_window"].int) }
    }
  }

  private func refusal(_ reply: UpstreamClient.Reply) -> RPCError {
    let error = reply.json["error"]
    return UpstreamRefusal.error(
      reply, kinds: [error["type"].string].compactMap { $0 }, message: error["message"].string ?? reply.json["message"].string ?? "", client
    )
  }
}
