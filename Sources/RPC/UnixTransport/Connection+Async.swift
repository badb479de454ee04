package import JSONRPC
package import NIOCore

extension Connection {
  /// Calls and waits. When the task is cancelled the call finishes as `cancelled`.
  package func call(_ call: OutboundCall) async -> Reply {
    let started = NIOLoopBoundBox<StartedCall>.makeBoxSendingValue(.notYet, eventLoop: eventLoop)
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        onLoop {
          guard case .notYet = started.value else {
            return continuation.resume(returning: .failure(RPCError(.cancelled, "cancelled", data: ["delivered": "no"])))
          }
          let id = $0.call(call) { event in
            if case .finished(let reply) = event { continuation.resume(returning: reply) }
          }
          started.value = .sent(id)
        }
      }
    } onCancel: {
      onLoop {
        if case .sent(let id?) = started.value { $0.cancel(id) }
        started.value = .cancelled
      }
    }
  }

  private enum StartedCall: Sendable {
    case notYet
    case sent(Int64?)
    case cancelled
  }

  /// The result's bytes, or the error as a throw.
  package func result(of call: OutboundCall) async throws(RPCError) -> ByteBuffer {
    let reply = await self.call(call)
    switch reply {
    case .result(let bytes): return bytes
    case .failure(let error): throw error
    case .error: throw reply.rpcError ?? RPCError(.internal, "malformed error")
    }
  }

  /// Calls with streams; the caller awaits ``StreamedCall/reply()``.
  package func start(_ call: OutboundCall, progress: (@Sendable (ByteBuffer) -> Void)? = nil) async -> StreamedCall {
    await withCheckedContinuation { continuation in
      onLoop { _ in continuation.resume(returning: StreamedCall(call, on: self, progress: progress)) }
    }
  }

  /// Sets the longest frame from now on, in both directions: `max_frame` of the handshake. It holds when this returns.
  package func setFrameLimit(_ byteCount: Int) async {
    await withCheckedContinuation { continuation in
      onLoop {
        $0.reader.decoder.byteLimit = byteCount
        continuation.resume()
      }
    }
  }

  /// Waits until at most `count` requests of the peer are not answered, or the connection is over.
  package func waitUntilServing(atMost count: Int) async {
    await withCheckedContinuation { continuation in
      onLoop { $0.whenServing(atMost: count) { continuation.resume() } }
    }
  }
}
