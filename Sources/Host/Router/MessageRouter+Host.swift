package import JSONRPC
package import NIOCore
import Synchronization
import UnixTransport

/// Calls of the host itself: the gateway's, the supervisor's, the command line's.
extension MessageRouter {
  /// Calls a method and waits for its result. When the task is cancelled the call is.
  ///
  /// - Parameters:
  ///   - method: `storage.read`, or `llm.complete@llm-offline`.
  ///   - params: a finished JSON object.
  /// - Returns: the value of `result`.
  package nonisolated func call(_ method: String, _ params: ByteBuffer, _ meta: CallMeta) async throws(RPCError) -> ByteBuffer {
    let id = nextCallID()
    let wanted = Wanted()
    // Not by entering the actor: that would change threads twice more.
    let reply = await withTaskCancellationHandler {
      await withCheckedContinuation { (continuation: CheckedContinuation<Reply, Never>) in
        onLoop { router in
          guard wanted.isTrue.load(ordering: .acquiring) else { return continuation.resume(returning: .failure(.cancelledInQueue)) }
          router.start(
            id, method: method, params: params, meta: meta,
            origin: .host { if case .finished(let reply) = $0 { continuation.resume(returning: reply) } })
        }
      }
    } onCancel: {
      wanted.isTrue.store(false, ordering: .releasing)
      cancelLater(id)
    }
    return try reply.get()
  }

  /// Whether a call that has not begun yet is still to begin.
  private final class Wanted: Sendable {
    let isTrue = Atomic(true)
  }

  /// At once when this is the loop, else in its turn.
  private nonisolated func onLoop(_ work: @escaping @Sendable (isolated MessageRouter) -> Void) {
    if eventLoop.inEventLoop { assumeIsolated(work) } else { eventLoop.execute { self.assumeIsolated(work) } }
  }

  /// Begins a call whose params or result are streamed.
  package func start(
    _ method: String, _ params: ByteBuffer, _ meta: CallMeta, progress: (@Sendable (ByteBuffer) -> Void)? = nil
  ) -> HostCall {
    let id = nextCallID()
    let call = HostCall(id, router: self, progress: progress)
    start(id, method: method, params: params, meta: meta, origin: .host { call.receive($0) })
    return call
  }

  /// Cancels from any thread.
  nonisolated func cancelLater(_ id: Int) {
    eventLoop.execute { self.assumeIsolated { $0.cancel(id) } }
  }

  /// Sends a chunk, an end or credit from any thread.
  nonisolated func sendLater(_ message: StreamMessage, of id: Int) {
    eventLoop.execute { self.assumeIsolated { $0.forward(message, of: id) } }
  }
}

extension Reply {
  /// The result's bytes, or the error as a throw.
  func get() throws(RPCError) -> ByteBuffer {
    if case .result(let bytes) = self { return bytes }
    throw rpcError ?? RPCError(.internal, "malformed error")
  }
}
