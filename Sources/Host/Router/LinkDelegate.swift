import JSONRPC
import NIOCore
import UnixTransport

/// Hears one plugin's connection and passes on what it hears: calls of other plugins to the router, calls of the host to tasks.
final class LinkDelegate: ConnectionDelegate {
  private let id: LinkID
  private let router: MessageRouter
  private let connection: Connection
  private let host: TaskServer

  init(_ id: LinkID, router: MessageRouter, connection: Connection) {
    self.id = id
    self.router = router
    self.connection = connection
    host = TaskServer(connection) { served in await router.serve(served, of: id) }
  }

  func received(_ request: InboundRequest) {
    let (id, connection) = (id, connection)
    let isForHost = router.assumeIsolated { $0.receive(request, from: id, connection) }
    if isForHost { host.received(request) }
  }

  func received(notification method: String, params: ByteBuffer) {
    let id = id
    router.assumeIsolated { $0.receive(notification: method, params, from: id) }
  }

  func received(cancelOf request: Int64) {
    let id = id
    host.received(cancelOf: request)
    router.assumeIsolated { $0.receive(cancelOf: request, from: id) }
  }

  func received(_ message: StreamMessage, for request: Int64) {
    let id = id
    host.received(message, for: request)
    router.assumeIsolated { $0.receive(message, for: request, from: id) }
  }

  func answeredLate() {
    let id = id
    router.assumeIsolated { $0.pump(id.plugin) }
  }

  func closed(_ reason: CloseReason) {
    let id = id
    host.closed(reason)
    router.assumeIsolated { $0.linkClosed(id) }
  }
}
