import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix

/// A model's server that says the same to every request at once: whole, or in ten pieces when asked for a stream.
enum ConstantServer {
  private static let usage = #""usage":{"prompt_tokens":20,"completion_tokens":12}"#
  private static let whole = ByteBuffer(
    string: #"{"id":"x","model":"gpt-4o-mini","choices":[{"index":0,"message":{"role":"assistant","content":"\#(sentence)"},"#
      + #""finish_reason":"stop"}],\#(usage)}"#)
  private static let sentence = String(repeating: "always the same ", count: 10)
  private static let pieces = ByteBuffer(
    string: String(
      repeating: #"data: {"model":"gpt-4o-mini","choices":[{"index":0,"delta":{"content":"always the same "}}]}"# + "\n\n", count: 10)
      + #"data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],\#(usage)}"# + "\n\ndata: [DONE]\n\n")

  /// Prints its port and serves until its standard input ends.
  static func run() async throws {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let channel = try await ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: 256)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.configureHTTPServerPipeline()
          try channel.pipeline.syncOperations.addHandler(Handler())
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    FileHandle.standardOutput.write(Data("\(channel.localAddress?.port ?? 0)\n".utf8))
    while readLine() != nil {}
    try await channel.close()
  }

  private final class Handler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private var body = ByteBuffer()

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      switch unwrapInboundIn(data) {
      case .head: body.clear()
      case .body(var part): body.writeBuffer(&part)
      case .end:
        let isStream = String(buffer: body).contains(#""stream":true"#)
        let answer = isStream ? ConstantServer.pieces : ConstantServer.whole
        let headers: HTTPHeaders = [
          "content-type": isStream ? "text/event-stream" : "application/json", "content-length": "\(answer.readableBytes)",
        ]
        context.write(wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: .ok, headers: headers))), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(answer))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
      }
    }
  }
}
