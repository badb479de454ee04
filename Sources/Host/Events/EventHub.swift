package import JSONRPC
package import Logging
import ServiceLifecycle
import Synchronization

/// Hands committed events to everyone who follows their round or tenant.
package final class EventHub: Sendable {
  private struct State {
    var subscribers: [EventScope: [ObjectIdentifier: Subscription]] = [:]
    var count = 0
    var isClosed = false

    mutating func remove(_ subscription: Subscription) {
      guard subscribers[subscription.scope]?.removeValue(forKey: ObjectIdentifier(subscription)) != nil else { return }
      count -= 1
      if subscribers[subscription.scope]?.isEmpty == true { subscribers[subscription.scope] = nil }
    }
  }

  private let state = Mutex(State())
  private let config: EventConfig
  private let logger: Logger

  package init(config: EventConfig = EventConfig(), logger: Logger) {
    self.config = config
    self.logger = logger
  }

  /// Follows a scope from now on. Give it back with ``unsubscribe(_:)``.
  ///
  /// - Returns: nil when there are too many subscribers, or the host is going away.
  package func subscribe(_ scope: EventScope) -> Subscription? {
    let subscription = Subscription(scope, bufferLimit: config.bufferLimit)
    return state.withLock { state in
      guard !state.isClosed, state.count < config.subscriberLimit else { return nil }
      state.subscribers[scope, default: [:]][ObjectIdentifier(subscription)] = subscription
      state.count += 1
      return subscription
    }
  }

  package func unsubscribe(_ subscription: Subscription) {
    subscription.close()
    state.withLock { $0.remove(subscription) }
  }

  package var subscriberCount: Int { state.withLock { $0.count } }

  /// Takes the params of a `storage.committed` notification.
  package func committed(_ params: JSON) {
    let events = params["events"].array ?? []
    for json in events {
      guard let event = StoredEvent(json) else {
        logger.warning("malformed event in storage.committed", metadata: ["type": "\(json["type"].string ?? "")"])
        continue
      }
      publish(event)
    }
  }

  package func publish(_ event: StoredEvent) {
    var scopes: [EventScope] = [.tenant(event.tenant)]
    if let round = event.round { scopes.append(.round(round, tenant: event.tenant)) }
    let receivers = state.withLock { state in scopes.flatMap { state.subscribers[$0].map { Array($0.values) } ?? [] } }
    offer(.event(event), to: receivers)
  }

  /// Sends everyone a heartbeat; ``run()`` does it every ``EventConfig/heartbeat``.
  package func beat() {
    offer(.heartbeat, to: state.withLock { state in state.subscribers.values.flatMap(\.values) })
  }

  /// Ends every stream: the host is going away.
  package func close() {
    let all = state.withLock { state in
      state.isClosed = true
      return state.subscribers.values.flatMap(\.values)
    }
    for subscription in all { subscription.close() }
  }

  /// Beats until the host shuts down, then closes all streams so that their connections can end.
  package func run() async throws {
    await withGracefulShutdownHandler {
      await cancelWhenGracefulShutdown {
        while (try? await Task.sleep(for: self.config.heartbeat)) != nil { self.beat() }
      }
    } onGracefulShutdown: {
      self.close()
    }
    close()
  }

  private func offer(_ item: Subscription.Item, to receivers: [Subscription]) {
    for receiver in receivers where !receiver.offer(item) {
      logger.info("event stream closed: too far behind", metadata: ["tenant": "\(receiver.scope.tenant)"])
      state.withLock { $0.remove(receiver) }
    }
  }
}

extension EventHub: Service {}
