import JSONRPC
package import Logging
package import NIOCore
import PluginProtocol
import Synchronization
import UnixTransport

/// Carries calls between plugins, and between the host and plugins, without decoding their bodies.
///
/// It lives on one event loop, which all its connections share: their events are handled in place, without a change of threads.
/// Async callers hop onto the loop and back.
package actor MessageRouter: LoopActor {
  package nonisolated let eventLoop: any EventLoop

  let logger: Logger
  private(set) var hostMethods: [String: HostMethod] = [:]
  private(set) var hostNotifications: [String: HostNotification] = [:]

  var plugins: [String: PluginEntry] = [:]
  /// The same by capability.
  var providers: [String: [PluginEntry]] = [:]
  var links: [LinkID: LinkState] = [:]
  var calls: [Int: RoutedCall] = [:]
  var causes = JobCauses()
  private let lastCall = Atomic(0)

  /// - Parameters:
  ///   - eventLoop: must be one of NIO's own, which can run an actor.
  ///   - logger: gets what plugins say and what was denied to them.
  package init(eventLoop: any EventLoop, logger: Logger) {
    self.eventLoop = eventLoop
    self.logger = logger
  }

  /// Adds what the host itself provides; before plugins start.
  package func provide(_ methods: [HostMethod], notifications: [HostNotification] = []) {
    for method in methods { hostMethods[method.name] = method }
    for notification in notifications { hostNotifications[notification.name] = notification }
  }

  /// Returns once the loop has had a turn: the router is alive.
  package func pulse() {}

  nonisolated func nextCallID() -> Int { lastCall.add(1, ordering: .relaxed).newValue }
}
