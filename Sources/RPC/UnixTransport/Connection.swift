import JSONRPC
package import NIOCore
import NIOPosix

/// One end of the socket between the host and a plugin: calls in both directions, streams, cancellation, limits. Both sides use it.
///
/// Everything happens on ``eventLoop``. Functions marked *on the loop* must be called there; all others may be called anywhere and
/// take effect in the order they were called. Bodies pass as bytes, so a router forwards without decoding:
///
/// ```swift
/// // on the loop, both connections on the same one
/// let id = callee.call(OutboundCall(request.method, params: request.params, meta: stamped, deadline: deadline)) { event in
///   switch event {
///   case .finished(let reply): caller.reply(request.id, reply)          // exactly once, whatever happens
///   case .stream(let message): caller.send(message, id: request.id)     // only the id changes
///   case .progress(let value): caller.progress(request.id, value)
///   }
/// }
/// // ConnectionDelegate.received(cancelOf:)  -> callee.cancel(id)
/// // ConnectionDelegate.received(_:for:)     -> callee.send(message, id: id)
/// ```
/// Stream credit passes from end to end, so a relay holds at most one window of bytes for each stream.
package struct Connection: Sendable {
  package let eventLoop: any EventLoop
  /// Why it ended, once it has; never fails.
  package let closed: EventLoopFuture<CloseReason>
  package let limits: ConnectionLimits
  private let handler: NIOLoopBound<ConnectionHandler>

  /// Takes over a connected socket.
  ///
  /// - Parameters:
  ///   - descriptor: closed with the connection, also when this throws.
  ///   - makeDelegate: called on the loop, before the first message.
  package static func open(
    descriptor: CInt, on eventLoop: any EventLoop, limits: ConnectionLimits = ConnectionLimits(),
    makeDelegate: @escaping @Sendable (Connection) -> any ConnectionDelegate
  ) async throws -> Connection {
    let promise = eventLoop.makePromise(of: CloseReason.self)
    let opened = eventLoop.makePromise(of: Connection.self)
    let bootstrap = ClientBootstrap(group: eventLoop)
      .channelOption(.writeBufferWaterMark, value: writeWaterMark)
      .channelOption(.recvAllocator, value: receiveAllocator)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          opened.succeed(try install(on: channel, limits: limits, closed: promise, makeDelegate))
        }
      }
    do {
      _ = try await bootstrap.withConnectedSocket(descriptor).get()
    } catch {
      promise.succeed(.inputOutput("\(error)"))
      opened.fail(error)
    }
    return try await opened.futureResult.get()
  }

  static var writeWaterMark: ChannelOptions.Types.WriteBufferWaterMark { .init(low: 32 << 10, high: 128 << 10) }
  static var receiveAllocator: AdaptiveRecvByteBufferAllocator {
    AdaptiveRecvByteBufferAllocator(minimum: 1_024, initial: 8_192, maximum: 262_144)
  }

  /// Makes a channel speak the protocol. *On the loop.*
  static func install(
    on channel: any Channel, limits: ConnectionLimits, closed: EventLoopPromise<CloseReason>,
    _ makeDelegate: (Connection) -> any ConnectionDelegate
  ) throws -> Connection {
    let handler = ConnectionHandler(limits: limits, closedPromise: closed)
    let connection = Connection(
      eventLoop: channel.eventLoop, closed: closed.futureResult, limits: limits,
      handler: NIOLoopBound(handler, eventLoop: channel.eventLoop))
    handler.delegate = makeDelegate(connection)
    try channel.pipeline.syncOperations.addHandler(handler)
    return connection
  }

  // MARK: - Calls

  /// Sends a request. *On the loop.*
  ///
  /// - Parameter events: called on the loop; `.finished` comes exactly once and last, possibly before this returns.
  /// - Returns: the id for ``cancel(_:)`` and ``send(_:id:)``; nil when it failed at once.
  @discardableResult
  package func call(_ call: OutboundCall, events: @escaping (CallEvent) -> Void) -> Int64? { handler.value.call(call, events) }

  /// Gives up on a call: it finishes as `cancelled` now, and the peer is told. Nothing happens when it is over.
  package func cancel(_ id: Int64) { onLoop { $0.cancel(id) } }

  /// Calls that somebody waits for. *On the loop.*
  package var pendingCount: Int { handler.value.calls.waiting.count }

  /// Calls the peer still works on, given up or not: what a concurrency limit must count. *On the loop.*
  package var unansweredCount: Int { handler.value.calls.unansweredCount }

  // MARK: - Requests of the peer

  /// Answers a request. A second answer is ignored; one that is too large becomes `frame_too_large`.
  package func reply(_ id: Int64, _ reply: Reply) { onLoop { _ = $0.reply(id, reply) } }

  /// Tells the caller of a request how far it is.
  package func progress(_ id: Int64, _ value: ByteBuffer) {
    var params = ByteBuffer(string: #"{"id":\#(id),"value":"#)
    params.writeImmutableBuffer(value)
    params.writeString("}")
    notify("$/progress", params)
  }

  // MARK: - Both

  /// Sends a notification; dropped when it is too long or too much waits already.
  package func notify(_ method: String, _ params: ByteBuffer) { onLoop { _ = $0.notify(method, params) } }

  /// Sends a chunk, an end or credit for the stream of a request: `id` is ours when we are the caller, the peer's when we serve.
  ///
  /// A chunk past its credit is dropped: ``OutgoingStream`` waits for it, and a relay never gets ahead of its sender.
  package func send(_ message: StreamMessage, id: Int64) { onLoop { _ = $0.send(message, id: id) } }

  /// Damages the first byte of the next frame that arrives, for rehearsals of bad days. *On the loop.*
  package func damageNextFrame() { handler.value.damagesNextFrame = true }

  /// The longest frame, in both directions. *On the loop.*
  package var frameByteLimit: Int { handler.value.reader.decoder.byteLimit }

  /// *On the loop.*
  package var metrics: RPCMetrics { handler.value.metrics }

  /// Ends the connection; what is already written still goes out as far as the socket takes it.
  package func close(_ reason: CloseReason = .closedHere) { onLoop { $0.close(reason) } }

  func onLoop(_ work: @escaping @Sendable (ConnectionHandler) -> Void) {
    if eventLoop.inEventLoop {
      work(handler.value)
    } else {
      eventLoop.execute { work(handler.value) }
    }
  }
}
