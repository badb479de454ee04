package import JSONRPC

/// How much one connection may hold at once.
package struct ConnectionLimits: Sendable {
  /// The longest frame before ``Connection/setFrameLimit(_:)``.
  package var frameByteLimit = 65_536
  /// Requests of the peer not answered yet; more are answered `overloaded`.
  package var inboundRequestLimit = 1_024
  /// Our calls the peer has not answered yet, given up or not; more fail as `overloaded`.
  package var outboundCallLimit = 1_024
  /// How far the sender of a stream may be ahead of its receiver.
  package var streamWindowByteCount = 1_048_576
  /// The longest piece of a stream, before encoding.
  package var chunkByteLimit = 65_536
  /// Bytes waiting for a peer that does not read; past it the connection ends.
  package var queuedByteLimit = 64 << 20

  package init() {}
}

/// Why a connection ended.
package enum CloseReason: Error, Sendable, Equatable, CustomStringConvertible {
  case endOfFile
  case frame(FrameError)
  case envelope(EnvelopeError)
  /// A well-formed message that this state of the connection does not allow.
  case violation(String)
  case peerNotReading(queuedByteCount: Int)
  case inputOutput(String)
  case closedHere

  /// Whether the peer broke the protocol, rather than left.
  package var isFaultOfPeer: Bool {
    switch self {
    case .endOfFile, .inputOutput, .closedHere: false
    case .frame, .envelope, .violation, .peerNotReading: true
    }
  }

  package var description: String {
    switch self {
    case .endOfFile: "end of file"
    case .frame(let error): error.description
    case .envelope(let error): error.description
    case .violation(let text): text
    case .peerNotReading(let count): "peer does not read: \(count) bytes wait"
    case .inputOutput(let text): text
    case .closedHere: "closed"
    }
  }
}

/// What a connection has done so far.
package struct RPCMetrics: Sendable, Equatable {
  package var framesReceived = 0
  package var bytesReceived = 0
  package var framesSent = 0
  package var bytesSent = 0
  package var callsSent = 0
  package var callsTimedOut = 0
  package var callsCancelled = 0
  package var repliesLate = 0
  package var requestsReceived = 0
  package var requestsRefused = 0
  package var notificationsDropped = 0
}
