import Catalogue
import Events
import JSONRPC
import NIOCore
import PluginProtocol
import Router
import UnixTransport

/// `events.tail`: the events of a round or of the caller's tenant, as lines of a stream (docs/PROTOCOL.md, section 6.2).
struct EventsMethod: Sendable {
  let hub: EventHub
  let plugins: RoutedCaller

  var method: HostMethod {
    HostMethod("events.tail", grant: .events) { request async throws(RPCError) in
      try await tail(request)
      return ByteBuffer(string: "{}")
    }
  }

  private func tail(_ request: HostRequest) async throws(RPCError) {
    let params = try request.json()
    guard let tenant = request.meta.tenant else { throw RPCError(.denied, "events belong to a tenant: name a cause") }
    let scope: EventScope = params["round"].string.map { .round($0, tenant: tenant) } ?? .tenant(tenant)
    guard let subscription = hub.subscribe(scope) else {
      throw RPCError(.overloaded, "too many follow events", data: ["retry_after_ms": 1000])
    }
    defer { hub.unsubscribe(subscription) }
    let requestID = request.meta.requestID
    var feed = EventFeed(subscription, after: params["after"].int, catchUp: params["after"].int != nil, plugins: plugins) {
      CallContext(tenant: tenant, requestID: requestID, deadline: .now + .seconds(30))
    }
    do {
      while let item = try await feed.next() {
        guard case .event(let event) = item else { continue }
        try await request.outgoing.send(event.json.bytes + [UInt8(ascii: "\n")])
      }
    } catch {
      throw error as? RPCError ?? RPCError(.cancelled, "the stream broke off")
    }
  }
}
