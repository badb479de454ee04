import JSONRPC
import NIOCore

/// Cuts what the candidate sends into frames, and answers its own calls: this host serves nothing.
final class WireHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let transcript: Transcript
  private var pending = ByteBuffer()
  private var isBroken = false
  private var heldBack = ByteBuffer()
  private weak var channel: (any Channel)?
  /// Nothing else may be written now. *On the loop.*
  var isMidFrame = false {
    didSet {
      guard !isMidFrame, heldBack.readableBytes > 0 else { return }
      channel?.writeAndFlush(heldBack, promise: nil)
      heldBack.clear()
    }
  }
  /// *On the loop.*
  var decoder = FrameDecoder(byteLimit: Playing.earlyFrameByteLimit)

  init(_ transcript: Transcript) { self.transcript = transcript }

  func handlerAdded(context: ChannelHandlerContext) { channel = context.channel }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !isBroken else { return }
    pending.writeImmutableBuffer(unwrapInboundIn(data))
    do throws(FrameError) {
      while case .body(let place) = try decoder.next(pending.readableBytesUInt8Span) {
        pending.moveReaderIndex(forwardBy: place.lowerBound)
        guard let body = pending.readBytes(length: place.count) else { return }
        if let id = transcript.receive(body) { refuse(id, context) }
      }
      pending.discardReadBytes()
    } catch {
      isBroken = true
      transcript.note("\(error)")
    }
  }

  private func refuse(_ id: Int64, _ context: ChannelHandlerContext) {
    let error = RPCError(.unavailable, "nothing serves this here", data: ["retryable": false, "delivered": "no"])
    let frame = MessageHead.error(id: id).frame(error.json.bytes)
    if isMidFrame { heldBack.writeBytes(frame) } else { context.write(wrapOutboundOut(ByteBuffer(bytes: frame)), promise: nil) }
  }

  /// Not before: to a candidate that has hung up the write fails and ends the channel, with what it said last still unread.
  func channelReadComplete(context: ChannelHandlerContext) { context.flush() }

  func channelInactive(context: ChannelHandlerContext) {
    transcript.change { $0.hasHungUp = true }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
