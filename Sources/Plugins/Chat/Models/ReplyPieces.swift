import JSONRPC
import ModelKit
import PluginKit
import Synchronization

/// Hands the pieces of a reply on and remembers whether there were any.
final class ReplyPieces: Sendable {
  private let listen: ModelRouter.Listener?
  private let reader = Mutex(CompletionDeltaReader())
  private let any = Mutex(false)

  init(_ listen: ModelRouter.Listener?) { self.listen = listen }

  var isWanted: Bool { listen != nil }
  var isEmpty: Bool { !any.withLock { $0 } }

  /// Calls a provider for pieces; one that gives none has its text handed out as one.
  func take(_ method: String, _ params: JSONObject, _ host: Host, _ limit: Duration) async throws -> JSON {
    reader.withLock { $0 = CompletionDeltaReader() }
    let answer = try await host.download(method, .object(params.merging(["deltas": true])), deadline: limit) { bytes in
      for delta in try reader.withLock({ (reader) throws(RPCError) in try reader.take(bytes) }) { try await tell(delta) }
    }
    if isEmpty, let text = answer["text"].string, !text.isEmpty { try await tell(.text(text)) }
    return answer
  }

  private func tell(_ delta: CompletionDelta) async throws {
    any.withLock { $0 = true }
    try await listen?(delta)
  }
}
