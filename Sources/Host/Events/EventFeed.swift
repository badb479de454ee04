package import Catalogue
package import JSONRPC

/// The events of a scope after a number, none missing and none twice: first from the log, then live, and from the log again when live
/// events left a gap.
///
/// Subscribe first, then read the state the stream starts from: whatever is committed in between is in the subscription's queue.
package struct EventFeed {
  private let subscription: Subscription
  private let plugins: any PluginCaller
  private let catchUpLimit: Int
  private let context: @Sendable () -> CallContext
  /// The number of the last event given out; nil = none yet, and any may come first.
  package private(set) var last: Int64?
  private var read: [StoredEvent] = []
  private var mustCatchUp: Bool
  private var held: StoredEvent?

  /// - Parameters:
  ///   - after: the number of the last event the reader already has; nil = whatever comes next is the first.
  ///   - catchUp: look into the log first; false when `after` was read from the state a moment ago.
  ///   - context: of the calls to storage, made anew for each.
  package init(
    _ subscription: Subscription, after: Int64?, catchUp: Bool, plugins: any PluginCaller, config: EventConfig = EventConfig(),
    context: @escaping @Sendable () -> CallContext
  ) {
    self.subscription = subscription
    self.plugins = plugins
    self.context = context
    catchUpLimit = config.catchUpLimit
    last = after
    mustCatchUp = catchUp
  }

  /// The next event or heartbeat; nil when the subscription ended.
  package mutating func next() async throws(RPCError) -> Subscription.Item? {
    while true {
      if !read.isEmpty, let event = take(read.removeFirst()) { return .event(event) }
      if !read.isEmpty { continue }
      if mustCatchUp {
        try await catchUp()
        continue
      }
      if let event = held {
        held = nil
        if let event = take(event) { return .event(event) }
        continue
      }
      switch await subscription.next() {
      case nil: return nil
      case .heartbeat: return .heartbeat
      case .event(let event): hold(event)
      }
    }
  }

  /// The log's events now, without waiting for more: for readers that only want to catch up.
  package mutating func logged() async throws(RPCError) -> [StoredEvent] {
    var events: [StoredEvent] = []
    while mustCatchUp || !read.isEmpty {
      if read.isEmpty { try await catchUp() }
      for event in read { if let event = take(event) { events.append(event) } }
      read = []
    }
    return events
  }

  /// Numbers are gapless: a jump means that a notification was lost, and the log has what it told.
  private mutating func hold(_ event: StoredEvent) {
    guard let number = subscription.scope.number(of: event), number > last ?? -1 else { return }
    held = event
    mustCatchUp = last.map { number > $0 + 1 } ?? false
  }

  private mutating func take(_ event: StoredEvent) -> StoredEvent? {
    guard let number = subscription.scope.number(of: event), number > last ?? -1 else { return nil }
    last = number
    return event
  }

  private mutating func catchUp() async throws(RPCError) {
    let scope = subscription.scope
    let params: JSON = ["round": JSON(scope.round), "after": .int(last ?? 0), "limit": .int(catchUpLimit)]
    let reply: JSON = try await plugins.call("storage.events", params, context())
    let events = reply["events"].array ?? []
    read = events.compactMap { StoredEvent($0, tenant: scope.tenant) }
    mustCatchUp = events.count >= catchUpLimit && !read.isEmpty
    // What the log no longer has is gone; waiting for it would be for ever.
    if read.isEmpty, let held, let number = scope.number(of: held) { last = max(last ?? 0, number - 1) }
  }
}
