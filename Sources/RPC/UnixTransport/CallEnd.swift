import JSONRPC
package import NIOCore
import Synchronization

/// The caller's end of a call in progress: its streams, its progress and, at last, its reply.
package final class CallEnd: Sendable {
  private struct State {
    var reply: Reply?
    var waiter: CheckedContinuation<Reply, Never>?
  }

  private let state = Mutex(State())
  private let progress: (@Sendable (ByteBuffer) -> Void)?

  /// Params chunks; the params must say `"stream":true`.
  package let outgoing: OutgoingStream
  /// Result chunks; ends with the reply at the latest.
  package let incoming: IncomingStream

  package init(outgoing: OutgoingStream, incoming: IncomingStream, progress: (@Sendable (ByteBuffer) -> Void)?) {
    self.outgoing = outgoing
    self.incoming = incoming
    self.progress = progress
  }

  /// Whether the reply is there.
  package var isOver: Bool { state.withLock { $0.reply != nil } }

  /// Waits for the reply; one caller.
  ///
  /// - Parameter cancel: called when the waiting task is cancelled; the call must still end.
  package func reply(onCancel cancel: @Sendable () -> Void) async -> Reply {
    await withTaskCancellationHandler {
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
  }

  package func receive(_ event: CallEvent) {
    switch event {
    case .progress(let value): progress?(value)
    case .stream(let message):
      switch message.kind {
      case .chunk: incoming.yield(message.bytes)
      case .end: incoming.finish()
      case .credit(let count): outgoing.receive(credit: count)
      }
    case .finished(let reply): finish(reply)
    }
  }

  private func finish(_ reply: Reply) {
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
