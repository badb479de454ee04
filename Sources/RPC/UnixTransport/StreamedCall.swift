import JSONRPC
import NIOCore
import Synchronization

/// A call in progress, for code that awaits: its streams and its reply.
package final class StreamedCall: Sendable {
  private struct State {
    var reply: Reply?
    var waiter: CheckedContinuation<Reply, Never>?
  }

  /// The request's id, shared with the streams; nil when it was never sent.
  private final class RequestID: Sendable {
    let value = Mutex<Int64?>(nil)
  }

  private let state = Mutex(State())
  private let id = RequestID()
  private let connection: Connection
  private let progress: (@Sendable (ByteBuffer) -> Void)?

  /// Params chunks; the params must say `"stream":true`.
  package let outgoing: OutgoingStream
  /// Result chunks; ends with the reply at the latest.
  package let incoming: IncomingStream

  /// *On the loop.*
  init(_ call: OutboundCall, on connection: Connection, progress: (@Sendable (ByteBuffer) -> Void)?) {
    self.connection = connection
    self.progress = progress
    let id = self.id
    @Sendable func send(_ message: StreamMessage) {
      if let id = id.value.withLock({ $0 }) { connection.send(message, id: id) }
    }
    outgoing = OutgoingStream(.params, limits: connection.limits, write: send)
    incoming = IncomingStream { send(StreamMessage(.result, .credit($0))) }
    let sent = connection.call(call) { self.receive($0) }
    id.value.withLock { $0 = sent }
  }

  /// Waits for the end; one caller. When its task is cancelled the call is.
  package func reply() async -> Reply {
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

  /// Whether the reply is there.
  package var isOver: Bool { state.withLock { $0.reply != nil } }

  package func cancel() {
    if let id = id.value.withLock({ $0 }) { connection.cancel(id) }
  }

  private func receive(_ event: CallEvent) {
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
