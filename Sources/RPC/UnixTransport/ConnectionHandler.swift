import JSONRPC
import NIOCore

/// The state of one connection, confined to its event loop: bytes in, messages out, and back.
final class ConnectionHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  /// An open request of the peer.
  struct Serving {
    var windows = StreamWindows()
  }

  let limits: ConnectionLimits
  let closedPromise: EventLoopPromise<CloseReason>
  var reader: FrameReader
  var queue = WriteQueue()
  var calls = CallTable()
  var serving: [Int64: Serving] = [:]
  var delegate: (any ConnectionDelegate)?
  var metrics = RPCMetrics()

  /// Who waits for how few open requests.
  private var idleWaiters: [(count: Int, resume: () -> Void)] = []
  private(set) var closeReason: CloseReason?
  private var context: ChannelHandlerContext?
  private var isReading = false
  private var isFlushScheduled = false
  /// Frames written and not flushed yet.
  private var unflushedCount = 0
  private var isPumping = false
  /// The earliest deadline of a call, or one earlier than that, and what happens then.
  var watched: (deadline: NIODeadline, timer: Scheduled<Void>)?
  /// An injected fault waits for its frame.
  var damagesNextFrame = false

  init(limits: ConnectionLimits, closedPromise: EventLoopPromise<CloseReason>) {
    self.limits = limits
    self.closedPromise = closedPromise
    reader = FrameReader(byteLimit: limits.frameByteLimit)
  }

  var eventLoop: (any EventLoop)? { context?.eventLoop }
  var isOpen: Bool { closeReason == nil }

  // MARK: - Bytes in

  func handlerAdded(context: ChannelHandlerContext) { self.context = context }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard isOpen else { return }
    isReading = true
    let buffer = unwrapInboundIn(data)
    metrics.bytesReceived += buffer.readableBytes
    reader.append(buffer)
    do throws(FrameError) {
      while isOpen, var body = try reader.next() {
        metrics.framesReceived += 1
        if damagesNextFrame {
          damagesNextFrame = false
          body.setInteger(UInt8(0), at: body.readerIndex)
        }
        receive(body)
      }
    } catch {
      close(.frame(error))
    }
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    isReading = false
    flush(context)
  }

  func channelInactive(context: ChannelHandlerContext) { close(.endOfFile) }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { close(.inputOutput("\(error)")) }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if let event = event as? ChannelEvent, event == .inputClosed { close(.endOfFile) }
  }

  // MARK: - Bytes out

  /// Sends a frame before all waiting stream chunks.
  func write(_ head: MessageHead, _ body: ByteBuffer) {
    send(frame(head, body), of: nil)
  }

  /// Sends a frame of a stream, behind those already waiting.
  func write(_ head: MessageHead, _ body: ByteBuffer, of stream: WriteQueue.Stream) {
    send(frame(head, body), of: stream)
  }

  func frame(_ head: MessageHead, _ body: ByteBuffer) -> ByteBuffer {
    let head = head.bytes(bodyByteCount: body.readableBytes)
    var frame = context?.channel.allocator.buffer(capacity: head.count + body.readableBytes + 1) ?? ByteBuffer()
    frame.writeBytes(head)
    frame.writeImmutableBuffer(body)
    frame.writeInteger(MessageHead.tail)
    return frame
  }

  private func send(_ frame: ByteBuffer, of stream: WriteQueue.Stream?) {
    guard isOpen, let context else { return }
    metrics.framesSent += 1
    metrics.bytesSent += frame.readableBytes
    if queue.isEmpty, context.channel.isWritable {
      context.write(wrapOutboundOut(frame), promise: nil)
      unflushedCount += 1
      if unflushedCount >= Self.flushInterval { return flush(context) }
    } else {
      if let stream { queue.append(frame, of: stream) } else { queue.append(frame) }
      if queue.byteCount > limits.queuedByteLimit {
        close(.peerNotReading(queuedByteCount: queue.byteCount))
        return
      }
    }
    scheduleFlush()
  }

  /// How many frames go out together: with fewer each costs a system call, with more the peer waits while there is work for it.
  private static let flushInterval = 4

  private func flush(_ context: ChannelHandlerContext) {
    unflushedCount = 0
    context.flush()
  }

  /// One flush for what is left at the end of this turn of the loop; during a read `channelReadComplete` does it.
  private func scheduleFlush() {
    guard !isReading, !isFlushScheduled, let context else { return }
    isFlushScheduled = true
    context.eventLoop.assumeIsolated().execute { [self] in
      isFlushScheduled = false
      if isOpen, let context = self.context { flush(context) }
    }
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    guard context.channel.isWritable, !isPumping else { return }
    isPumping = true
    defer { isPumping = false }
    while isOpen, context.channel.isWritable, let frame = queue.next() {
      context.write(wrapOutboundOut(frame), promise: nil)
      if !context.channel.isWritable || queue.isEmpty { context.flush() }
    }
  }

  // MARK: - The end

  func whenServing(atMost count: Int, _ resume: @escaping () -> Void) {
    if !isOpen || serving.count <= count { resume() } else { idleWaiters.append((count, resume)) }
  }

  func resumeIdleWaiters() {
    guard !idleWaiters.isEmpty else { return }
    let ready = idleWaiters.filter { !isOpen || serving.count <= $0.count }
    idleWaiters.removeAll { !isOpen || serving.count <= $0.count }
    for waiter in ready { waiter.resume() }
  }

  func close(_ reason: CloseReason) {
    guard isOpen else { return }
    closeReason = reason
    let error = RPCError(.pluginDied, "connection closed: \(reason)", data: ["retryable": true, "delivered": "maybe"])
    watched?.timer.cancel()
    watched = nil
    for call in calls.removeAll() { call.events(.finished(.failure(error))) }
    serving = [:]
    queue = WriteQueue()
    delegate?.closed(reason)
    delegate = nil
    resumeIdleWaiters()
    if reason == .closedHere { context?.flush() }
    context?.close(promise: nil)
    context = nil
    closedPromise.succeed(reason)
  }
}
