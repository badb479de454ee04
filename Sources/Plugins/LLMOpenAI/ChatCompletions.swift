import JSONRPC
import ModelHTTP
import ModelKit
import Synchronization

/// POST /chat/completions and GET /models.
struct ChatCompletions: ModelProvider {
  let client: UpstreamClient
  let dialects: Dialects

  /// Each refusal of a member makes the next request simpler; there are so many members.
  private static let tryLimit = 7

  func complete(
    _ request: CompletionRequest, emit: @escaping @Sendable (CompletionDelta) async throws -> Void
  ) async throws -> CompletionResult {
    var dialect = dialects.dialect(of: request.model)
    for _ in 1..<Self.tryLimit {
      let body = ChatBody.object(request, dialect)
      switch try await answer(request, body, emit) {
      case .result(let result): return result
      case .refused(let reply):
        let words = "\(reply.json["error"]["param"].string ?? "") \(Self.message(reply))"
        guard [400, 404, 422, 501].contains(reply.status), let simpler = dialect.simplified(after: words, sent: body) else {
          throw refusal(reply)
        }
        dialect = simpler
        dialects.learn(dialect, of: request.model)
      }
    }
    throw ModelFailure.error(.other, "the server refuses every form of the request")
  }

  private enum Answer {
    case result(CompletionResult)
    case refused(UpstreamClient.Reply)
  }

  private func answer(
    _ request: CompletionRequest, _ body: JSONObject, _ emit: @escaping @Sendable (CompletionDelta) async throws -> Void
  ) async throws -> Answer {
    var reply: UpstreamClient.Reply?
    let assembly = Mutex(ChatAssembly(request))
    if request.wantsDeltas {
      reply = try await client.stream("/chat/completions", body) { event in
        let deltas = try assembly.withLock { (assembly) throws(RPCError) in try assembly.take(event.data) }
        for delta in deltas ?? [] { try await emit(delta) }
        return deltas != nil
      }
    } else {
      reply = try await client.send("/chat/completions", body)
    }
    guard let reply else { return .result(try assembly.withLock { (assembly) throws(RPCError) in try assembly.result() }) }
    guard reply.isSuccess else { return .refused(reply) }
    guard reply.json.object != nil else { throw ModelFailure.malformed("the answer is not JSON") }
    let deltas = try assembly.withLock { (assembly) throws(RPCError) in try assembly.take(whole: reply.json) }
    if request.wantsDeltas { for delta in deltas { try await emit(delta) } }
    return .result(try assembly.withLock { (assembly) throws(RPCError) in try assembly.result() })
  }

  func models() async throws -> [(id: String, context: Int64?)] {
    let reply = try await client.send("/models", nil)
    guard reply.isSuccess else { throw refusal(reply) }
    guard let rows = reply.json["data"].array else { throw ModelFailure.malformed("the list of models has no data") }
    return rows.compactMap { row in
      let meta = row["meta"]
      return row["id"].string.map {
        ($0, row["context_length"].int ?? row["max_model_len"].int ?? meta["n_ctx"].int ?? meta["n_ctx_train"].int)
      }
    }
  }

  private func refusal(_ reply: UpstreamClient.Reply) -> RPCError {
    let error = reply.json["error"]
    let kinds = [error["code"], error["type"]].compactMap { $0.string ?? $0.int.map(String.init) }
    return UpstreamRefusal.error(reply, kinds: kinds, message: Self.message(reply), client)
  }

  /// The server's words, wherever it puts them.
  private static func message(_ reply: UpstreamClient.Reply) -> String {
    let json = reply.json
    return json["error"]["message"].string ?? json["error"].string ?? json["message"].string ?? json["detail"].string
      ?? (json["detail"].isNull ? "" : json["detail"].text)
  }
}
