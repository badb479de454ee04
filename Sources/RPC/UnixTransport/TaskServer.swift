import JSONRPC
package import NIOCore

/// A request as an async function sees it.
package struct ServedRequest: Sendable {
  package let request: InboundRequest
  package let connection: Connection
  /// Params chunks; empty unless the params say `"stream":true`.
  package let incoming: IncomingStream
  /// Result chunks, before the reply.
  package let outgoing: OutgoingStream
}

/// Bridges a connection's events to async functions: one task for each request, cancelled with it.
///
/// Tasks are cancelled when the connection ends. They run on the global executor, never on the loop, so that no handler can keep
/// pings from being answered.
package final class TaskServer: ConnectionDelegate {
  private struct Serving {
    var task: Task<Void, Never>?
    let incoming: IncomingStream
    let outgoing: OutgoingStream
  }

  private let connection: Connection
  private let answerInline: @Sendable (InboundRequest) -> Reply?
  private let handle: @Sendable (ServedRequest) async -> Reply
  private let notified: @Sendable (String, ByteBuffer) -> Void
  private var serving: [Int64: Serving] = [:]

  /// - Parameters:
  ///   - answerInline: answers on the loop what needs or bears no task; nil leaves the request to `handle`.
  ///   - handle: serves a request; cancelled when its caller gives up.
  ///   - notified: gets other notifications, on the loop.
  package init(
    _ connection: Connection, answerInline: @escaping @Sendable (InboundRequest) -> Reply? = { _ in nil },
    notified: @escaping @Sendable (String, ByteBuffer) -> Void = { _, _ in }, handle: @escaping @Sendable (ServedRequest) async -> Reply
  ) {
    self.connection = connection
    self.answerInline = answerInline
    self.handle = handle
    self.notified = notified
  }

  package func received(_ request: InboundRequest) {
    if let reply = answerInline(request) { return connection.reply(request.id, reply) }
    let (id, connection, handle) = (request.id, connection, handle)
    let served = ServedRequest(
      request: request, connection: connection,
      incoming: IncomingStream { connection.send(StreamMessage(.params, .credit($0)), id: id) },
      outgoing: OutgoingStream(.result, limits: connection.limits) { connection.send($0, id: id) })
    serving[id] = Serving(incoming: served.incoming, outgoing: served.outgoing)
    let server = NIOLoopBound(self, eventLoop: connection.eventLoop)
    let task = TaskBridge.serve {
      let reply = await handle(served)
      connection.onLoop { handler in
        server.value.serving[id] = nil
        _ = handler.reply(id, reply)
      }
    }
    serving[id]?.task = task
  }

  package func received(notification method: String, params: ByteBuffer) { notified(method, params) }

  package func received(cancelOf id: Int64) { end(id, RPCError(.cancelled, "cancelled")) }

  package func received(_ message: StreamMessage, for id: Int64) {
    switch message.kind {
    case .chunk: serving[id]?.incoming.yield(message.bytes)
    case .end: serving[id]?.incoming.finish()
    case .credit(let count): serving[id]?.outgoing.receive(credit: count)
    }
  }

  package func closed(_ reason: CloseReason) {
    for id in serving.keys { end(id, RPCError(.unavailable, "connection closed")) }
    serving = [:]
  }

  private func end(_ id: Int64, _ error: RPCError) {
    guard let request = serving[id] else { return }
    request.task?.cancel()
    request.incoming.finish(.failure(error))
    request.outgoing.close(error)
  }
}
