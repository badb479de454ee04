package import JSONRPC
package import NIOCore

/// A request of the peer. `params` and `meta` are JSON objects, validated and not decoded.
package struct InboundRequest: Sendable {
  package let id: Int64
  package let method: String
  /// `{}` when the peer sent none.
  package let params: ByteBuffer
  package let meta: ByteBuffer?
}

/// A call of ours.
package struct OutboundCall: Sendable {
  package var method: String
  /// A finished JSON object.
  package var params: ByteBuffer
  /// A finished JSON object, or nil.
  package var meta: [UInt8]?
  /// When we stop waiting; the peer is told by `$/cancel`.
  package var deadline: NIODeadline?

  package init(_ method: String, params: ByteBuffer, meta: [UInt8]? = nil, deadline: NIODeadline? = nil) {
    self.method = method
    self.params = params
    self.meta = meta
    self.deadline = deadline
  }
}

/// How a call ends, on either side.
package enum Reply: Sendable, Equatable {
  /// The value of `result`, as bytes.
  case result(ByteBuffer)
  /// The value of `error` as the peer wrote it.
  case error(ByteBuffer)
  /// Ended without an answer (deadline, cancel, closed connection, no room), or answered with an error made here.
  case failure(RPCError)

  /// The error, decoded; nil for a result.
  package var rpcError: RPCError? {
    switch self {
    case .result: return nil
    case .failure(let error): return error
    case .error(let bytes):
      let json = try? JSON(parsing: Array(bytes.readableBytesView))
      return RPCError(json: json ?? .null)
    }
  }
}

/// What happens to a call of ours; ``finished(_:)`` comes once and last.
package enum CallEvent: Sendable {
  /// The `value` of a `$/progress`.
  case progress(ByteBuffer)
  /// Result chunks, and credit for the params chunks.
  case stream(StreamMessage)
  case finished(Reply)
}

/// Serves one connection; called on its event loop, and may keep its state there without a lock.
package protocol ConnectionDelegate: AnyObject {
  /// Must lead to exactly one ``Connection/reply(_:_:)``, now or later, also after ``received(cancelOf:)``.
  func received(_ request: InboundRequest)
  /// A notification but `$/cancel`, `$/progress`, `$/chunk` and `$/credit`.
  func received(notification method: String, params: ByteBuffer)
  /// The peer gave up on an open request.
  func received(cancelOf id: Int64)
  /// Params chunks of an open request, and credit for its result chunks.
  func received(_ message: StreamMessage, for id: Int64)
  /// The peer answered a call that was given up: it takes another one now.
  func answeredLate()
  /// The connection is over: nothing else will be received and calls have failed.
  func closed(_ reason: CloseReason)
}

extension ConnectionDelegate {
  package func answeredLate() {}
}
