import JSONRPC
import NIOCore
import NIOPosix

@testable import UnixTransport

/// The other end of a connection under test: writes any bytes and reads frames as text.
struct RawPeer: Sendable {
  let channel: any Channel
  private let bodies: AsyncStream<String>

  private final class Handler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    let continuation: AsyncStream<String>.Continuation
    var reader = FrameReader(byteLimit: 16 << 20)

    init(_ continuation: AsyncStream<String>.Continuation) { self.continuation = continuation }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      reader.append(unwrapInboundIn(data))
      while let body = try? reader.next() { continuation.yield(String(buffer: body)) }
    }

    func channelInactive(context: ChannelHandlerContext) { continuation.finish() }
  }

  /// - Parameter reads: false: leaves everything in the socket until ``startReading()``.
  static func open(_ descriptor: CInt, reads: Bool = true) async throws -> RawPeer {
    let (stream, continuation) = AsyncStream.makeStream(of: String.self)
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .channelOption(.autoRead, value: reads)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Handler(continuation)) }
      }
      .withConnectedSocket(descriptor).get()
    return RawPeer(channel: channel, bodies: stream)
  }

  func startReading() async throws { try await channel.setOption(.autoRead, value: true).get() }

  func write(_ bytes: [UInt8]) async throws { try await channel.writeAndFlush(ByteBuffer(bytes: bytes)) }

  /// Writes one frame.
  func write(_ text: String) async throws { try await write(Self.frame(text)) }

  func close() async throws { try await channel.close() }

  /// The next frame's body; nil when the connection under test has closed.
  func next() async -> String? {
    for await body in bodies { return body }
    return nil
  }

  static func frame(_ text: String) -> [UInt8] {
    let count = UInt32(text.utf8.count)
    return [UInt8(count >> 24), UInt8(count >> 16 & 255), UInt8(count >> 8 & 255), UInt8(count & 255)] + Array(text.utf8)
  }
}

/// A connection whose peer is a ``RawPeer``; answers `echo` with its params, keeps `hold` open.
struct Scene: Sendable {
  let connection: Connection
  let peer: RawPeer
  /// What reached the server: `cancel 3`, `note $/log`.
  let heard: AsyncStream<String>

  static func open(limits: ConnectionLimits = ConnectionLimits(), peerReads: Bool = true) async throws -> Scene {
    let (mine, theirs) = try makeSocketPair()
    let (heard, continuation) = AsyncStream.makeStream(of: String.self)
    let connection = try await Connection.open(descriptor: mine, on: MultiThreadedEventLoopGroup.singleton.next(), limits: limits) {
      Listener(connection: $0, continuation: continuation)
    }
    return Scene(connection: connection, peer: try await RawPeer.open(theirs, reads: peerReads), heard: heard)
  }

  private final class Listener: ConnectionDelegate {
    let connection: Connection
    let continuation: AsyncStream<String>.Continuation

    init(connection: Connection, continuation: AsyncStream<String>.Continuation) {
      self.connection = connection
      self.continuation = continuation
    }

    func received(_ request: InboundRequest) {
      switch request.method {
      case "echo": connection.reply(request.id, .result(request.params))
      case "big": connection.reply(request.id, .result(ByteBuffer(string: "\"" + String(repeating: "x", count: 70_000) + "\"")))
      case "twice":
        connection.reply(request.id, .result(ByteBuffer(string: "1")))
        connection.reply(request.id, .result(ByteBuffer(string: "2")))
      default: continuation.yield("request \(request.id) \(request.method)")
      }
    }
    func received(notification method: String, params: ByteBuffer) { continuation.yield("note \(method) \(String(buffer: params))") }
    func received(cancelOf id: Int64) { continuation.yield("cancel \(id)") }
    func received(_ message: StreamMessage, for id: Int64) { continuation.yield("stream \(id) \(message.bytes.count)") }
    func closed(_ reason: CloseReason) {
      continuation.yield("closed")
      continuation.finish()
    }
  }

  /// What the connection says about its end.
  var closeReason: CloseReason { get async throws { try await connection.closed.get() } }

  func call(_ method: String, _ params: String = "{}", deadline: NIODeadline? = nil) async -> Reply {
    await connection.call(OutboundCall(method, params: ByteBuffer(string: params), deadline: deadline))
  }
}

extension AsyncStream where Element: Sendable {
  func first() async -> Element? {
    for await element in self { return element }
    return nil
  }
}
