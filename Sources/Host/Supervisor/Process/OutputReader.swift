import Logging
import NIOCore
import NIOPosix

/// Reads one of a plugin's output pipes: each line becomes a log record and is kept in the tail.
final class OutputReader: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private var splitter = LineSplitter()
  private let tail: OutputTail
  private let logger: Logger

  private init(tail: OutputTail, logger: Logger) {
    self.tail = tail
    self.logger = logger
  }

  /// - Parameter descriptor: closed at its end, also when this throws.
  /// - Returns: the channel, which closes itself at the end of the output.
  static func open(_ descriptor: CInt, on eventLoop: any EventLoop, tail: OutputTail, logger: Logger) async throws -> any Channel {
    try await NIOPipeBootstrap(group: eventLoop)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(OutputReader(tail: tail, logger: logger))
        }
      }
      .takingOwnershipOfDescriptor(input: descriptor).get()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    for line in splitter.feed(unwrapInboundIn(data).readableBytesView) { write(line) }
  }

  func channelInactive(context: ChannelHandlerContext) {
    if let line = splitter.finish() { write(line) }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

  private func write(_ line: String) {
    tail.append(line)
    logger.info("plugin output", metadata: ["line": "\(line)"])
  }
}
