package import NIOCore
import NIOPosix

/// The bare other end of a connection under test: writes any bytes and reads whole frames, with their length, unchecked.
package struct FramePeer: Sendable {
  package let channel: any Channel
  private let frames: AsyncStream<[UInt8]>

  private final class Handler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let continuation: AsyncStream<[UInt8]>.Continuation
    private var pending = ByteBuffer()

    init(_ continuation: AsyncStream<[UInt8]>.Continuation) { self.continuation = continuation }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      pending.writeImmutableBuffer(unwrapInboundIn(data))
      while let length = pending.getInteger(at: pending.readerIndex, as: UInt32.self),
        let frame = pending.readBytes(length: Int(length) + 4)
      {
        continuation.yield(frame)
      }
    }

    func channelInactive(context: ChannelHandlerContext) { continuation.finish() }
  }

  /// Takes over a connected socket.
  package static func open(_ descriptor: CInt) async throws -> FramePeer {
    let (stream, continuation) = AsyncStream.makeStream(of: [UInt8].self)
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Handler(continuation)) }
      }
      .withConnectedSocket(descriptor).get()
    return FramePeer(channel: channel, frames: stream)
  }

  package func write(_ bytes: [UInt8]) async throws { try await channel.writeAndFlush(ByteBuffer(bytes: bytes)) }

  /// The next frame; nil when the connection under test has closed.
  package func next() async -> [UInt8]? {
    for await frame in frames { return frame }
    return nil
  }
}
