import JSONRPC
import NIOCore
import Synchronization

/// A call in progress, for code that awaits: its streams and its reply.
package final class StreamedCall: Sendable {
  /// The request's id, shared with the streams; nil when it was never sent.
  private final class RequestID: Sendable {
    let value = Mutex<Int64?>(nil)
  }

  private let id = RequestID()
  private let connection: Connection
  private let end: CallEnd

  /// Params chunks; the params must say `"stream":true`.
  package var outgoing: OutgoingStream { end.outgoing }
  /// Result chunks; ends with the reply at the latest.
  package var incoming: IncomingStream { end.incoming }

  /// *On the loop.*
  init(_ call: OutboundCall, on connection: Connection, progress: (@Sendable (ByteBuffer) -> Void)?) {
    self.connection = connection
    let id = self.id
    @Sendable func send(_ message: StreamMessage) {
      if let id = id.value.withLock({ $0 }) { connection.send(message, id: id) }
    }
    let end = CallEnd(
      outgoing: OutgoingStream(.params, limits: connection.limits, write: send),
      incoming: IncomingStream { send(StreamMessage(.result, .credit($0))) }, progress: progress)
    self.end = end
    let sent = connection.call(call) { end.receive($0) }
    id.value.withLock { $0 = sent }
  }

  /// Waits for the end; one caller. When its task is cancelled the call is.
  package func reply() async -> Reply { await end.reply { cancel() } }

  /// Whether the reply is there.
  package var isOver: Bool { end.isOver }

  package func cancel() {
    if let id = id.value.withLock({ $0 }) { connection.cancel(id) }
  }
}
