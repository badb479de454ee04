package import JSONRPC
package import NIOCore
import Synchronization
package import UnixTransport

/// A streamed call of the host, in progress.
package final class HostCall: Sendable {
  private struct State {
    var reply: Reply?
    var waiter: CheckedContinuation<Reply, Never>?
  }

  private let state = Mutex(State())
  private let id: Int
  private let router: MessageRouter
  private let progress: (@Sendable (ByteBuffer) -> Void)?

  /// Params chunks; the params must say `"stream":true`.
  package let outgoing: OutgoingStream
  /// Result chunks; ends with the reply at the latest.
  package let incoming: IncomingStream

  init(_ id: Int, router: MessageRouter, progress: (@Sendable (ByteBuffer) -> Void)?) {
    self.id = id
    self.router = router
    self.progress = progress
    outgoing = OutgoingStream(.params, limits: ConnectionLimits()) { router.sendLater($0, of: id) }
    incoming = IncomingStream { router.sendLater(StreamMessage(.result, .credit($0)), of: id) }
  }

  /// Waits for the end; one caller. When its task is cancelled the call is.
  package func result() async throws(RPCError) -> ByteBuffer {
    let reply = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let reply = state.withLock { state in
          if state.reply == nil { state.waiter = continuation }
          return state.reply
        }
        if let reply { continuation.resume(returning: reply) }
      }
    } onCancel: {
      cancel()
    }
    return try reply.get()
  }

  package func cancel() { router.cancelLater(id) }

  func receive(_ event: CallEvent) {
    switch event {
    case .progress(let value): progress?(value)
    case .stream(let message):
      switch message.kind {
      case .chunk: incoming.yield(message.bytes)
      case .end: incoming.finish()
      case .credit(let count): outgoing.receive(credit: count)
      }
    case .finished(let reply):
      let error = reply.rpcError
      incoming.finish(error.map { .failure($0) } ?? .success(()))
      outgoing.close(error ?? RPCError(.cancelled, "the call is over"))
      let waiter = state.withLock { state in
        state.reply = reply
        defer { state.waiter = nil }
        return state.waiter
      }
      waiter?.resume(returning: reply)
    }
  }
}
