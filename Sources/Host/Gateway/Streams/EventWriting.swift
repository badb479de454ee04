import Catalogue
import Events
import Hummingbird
import Identity
import JSONRPC
import NIOCore
import PluginProtocol
import ServiceLifecycle

/// Writes one client's stream from its first event to its last.
struct EventWriting: Sendable {
  let visit: Visit
  let plugins: any PluginCaller
  let hub: EventHub
  let subscription: Subscription
  let state: StreamState
  let config: EventConfig
  let filter: EventFilter
  let lastSeen: Int64?
  let clock: WallClock

  @concurrent func run(_ writer: inout any ResponseBodyWriter) async throws {
    defer { hub.unsubscribe(subscription) }
    try await writer.write(ByteBuffer(bytes: EventFrame.retry + EventFrame("connected", state.state).bytes))
    if state.isFinished { try await finish(&writer) } else { try await follow(&writer) }
    try await writer.finish(nil)
  }

  /// What the client missed, then the state's own last events.
  @concurrent private func finish(_ writer: inout any ResponseBodyWriter) async throws {
    if let lastSeen {
      var feed = feed(after: lastSeen, catchUp: true)
      for event in try await feed.logged() where filter.passes(event) { try await writer.write(ByteBuffer(bytes: frame(event).bytes)) }
    }
    for frame in state.events { try await writer.write(ByteBuffer(bytes: frame.bytes)) }
  }

  @concurrent private func follow(_ writer: inout any ResponseBodyWriter) async throws {
    for frame in state.events { try await writer.write(ByteBuffer(bytes: frame.bytes)) }
    var feed = feed(after: lastSeen ?? state.seq, catchUp: lastSeen != nil)
    let end = ContinuousClock.now + config.streamLife
    while let item = try await next(&feed) {
      switch item {
      case .heartbeat:
        guard ContinuousClock.now < end else { return }
        let time = JSON.string(WireDate.text(seconds: clock.seconds()))
        try await writer.write(ByteBuffer(bytes: EventFrame("heartbeat", ["time": time]).bytes))
      case .event(let event):
        if filter.passes(event) { try await writer.write(ByteBuffer(bytes: frame(event).bytes)) }
        if state.closeOn.contains(event.type) { return }
      }
    }
  }

  /// A host that goes away ends the stream; its client comes back with the last number it saw.
  private func next(_ feed: inout EventFeed) async throws -> Subscription.Item? {
    let subscription = subscription
    return try await withGracefulShutdownHandler {
      try await feed.next()
    } onGracefulShutdown: {
      subscription.close()
    }
  }

  private func feed(after: Int64?, catchUp: Bool) -> EventFeed {
    let visit = visit
    return EventFeed(subscription, after: after, catchUp: catchUp, plugins: plugins, config: config) {
      visit.context(timeout: .seconds(10))
    }
  }

  private func frame(_ event: StoredEvent) -> EventFrame {
    EventFrame(event.type, id: subscription.scope.number(of: event), data: event.data)
  }
}
