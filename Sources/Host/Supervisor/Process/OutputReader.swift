package import Logging
package import NIOCore
import NIOPosix

/// Reads one of a plugin's output pipes: each line becomes a log record and is kept in the tail and the history.
///
/// It reads no faster than ``bytesPerSecond`` and logs no more than ``LogBudget`` allows: who floods its output waits for itself.
package final class OutputReader: ChannelInboundHandler {
  package typealias InboundIn = ByteBuffer

  static let bytesPerSecond = 1 << 20

  /// Where lines go.
  package struct Sink: Sendable {
    let stream: String
    let incarnation: Int
    let tail: OutputTail
    let history: OutputHistory
    let logger: Logger

    package init(stream: String, incarnation: Int, tail: OutputTail, history: OutputHistory, logger: Logger) {
      self.stream = stream
      self.incarnation = incarnation
      self.tail = tail
      self.history = history
      self.logger = logger
    }
  }

  private let sink: Sink
  private var splitter = LineSplitter()
  private var budget = LogBudget()
  private var byteCount = 0

  private init(_ sink: Sink) { self.sink = sink }

  /// - Parameter descriptor: closed at its end, also when this throws.
  /// - Returns: the channel, which closes itself at the end of the output.
  package static func open(_ descriptor: CInt, on eventLoop: any EventLoop, to sink: Sink) async throws -> any Channel {
    try await NIOPipeBootstrap(group: eventLoop)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(OutputReader(sink))
        }
      }
      .takingOwnershipOfDescriptor(input: descriptor).get()
  }

  package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let bytes = unwrapInboundIn(data)
    for line in splitter.feed(bytes.readableBytesView) { write(line) }
    byteCount += bytes.readableBytes
    guard byteCount > Self.bytesPerSecond else { return }
    byteCount = 0
    let channel = context.channel
    channel.setOption(.autoRead, value: false).whenSuccess {
      channel.eventLoop.scheduleTask(in: .seconds(1)) { channel.setOption(.autoRead, value: true) }
    }
  }

  package func channelInactive(context: ChannelHandlerContext) {
    if let line = splitter.finish() { write(line) }
  }

  package func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

  private func write(_ line: String) {
    sink.tail.append(line)
    guard let leftOut = budget.take(at: .now) else { return }
    if leftOut > 0 {
      sink.history.append("… \(leftOut) lines left out", stream: "host", incarnation: sink.incarnation)
      sink.logger.warning("plugin output left out", metadata: ["lines": "\(leftOut)"])
    }
    sink.history.append(line, stream: sink.stream, incarnation: sink.incarnation)
    sink.logger.info("plugin output", metadata: ["line": "\(line)"])
  }
}
