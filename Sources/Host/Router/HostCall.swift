package import JSONRPC
package import NIOCore
package import UnixTransport

/// A streamed call of the host, in progress.
package final class HostCall: Sendable {
  private let id: Int
  private let router: MessageRouter
  private let end: CallEnd

  /// Params chunks; the params must say `"stream":true`.
  package var outgoing: OutgoingStream { end.outgoing }
  /// Result chunks; ends with the reply at the latest.
  package var incoming: IncomingStream { end.incoming }

  init(_ id: Int, router: MessageRouter, progress: (@Sendable (ByteBuffer) -> Void)?) {
    self.id = id
    self.router = router
    end = CallEnd(
      outgoing: OutgoingStream(.params, limits: ConnectionLimits()) { router.sendLater($0, of: id) },
      incoming: IncomingStream { router.sendLater(StreamMessage(.result, .credit($0)), of: id) }, progress: progress)
  }

  /// Waits for the end; one caller. When its task is cancelled the call is.
  package func result() async throws(RPCError) -> ByteBuffer { try await end.reply { cancel() }.get() }

  package func cancel() { router.cancelLater(id) }

  func receive(_ event: CallEvent) { end.receive(event) }
}
