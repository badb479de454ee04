import Hummingbird
import NIOCore
import Synchronization

/// The connections that were accepted, but whose client has not been heard yet.
///
/// A listener that closes drops what it has accepted and not set up; a connection that closes with a request unread is reset. So a stop closes the
/// door first, waits until the first request of each of them has begun, and only then asks the connections to end.
final class Arrivals: Sendable {
  private struct State {
    var isOpen = true
    var unheard: Set<ObjectIdentifier> = []
    var settled: EventLoopPromise<Void>?
  }

  private let state = Mutex(State())

  var areWelcome: Bool { state.withLock { $0.isOpen } }

  func accepted(_ channel: any Channel) {
    state.withLock { _ = $0.unheard.insert(ObjectIdentifier(channel)) }
    channel.closeFuture.whenComplete { _ in self.heard(channel) }
  }

  /// A request of it has begun, or it is gone.
  func heard(_ channel: any Channel) {
    let settled = state.withLock { state -> EventLoopPromise<Void>? in
      guard state.unheard.remove(ObjectIdentifier(channel)) != nil, state.unheard.isEmpty else { return nil }
      return state.settled.take()
    }
    settled?.succeed()
  }

  /// Lets nobody in any more.
  ///
  /// - Returns: done when each connection let in has been heard, or `patience` is over.
  func close(_ listener: any Channel, patience: TimeAmount) -> EventLoopFuture<Void> {
    state.withLock { $0.isOpen = false }
    return listener.setOption(.autoRead, value: false).flatMap {
      let settled = listener.eventLoop.makePromise(of: Void.self)
      let isSettled = self.state.withLock { state in
        if !state.unheard.isEmpty { state.settled = settled }
        return state.unheard.isEmpty
      }
      if isSettled { settled.succeed() }
      listener.eventLoop.scheduleTask(in: patience) { self.state.withLock { $0.settled.take() }?.succeed() }
      return settled.futureResult
    }
  }
}

/// Hears the first request of a connection begin.
final class ArrivalHandler: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = NIOAny

  private let arrivals: Arrivals
  private var isHeard = false

  init(_ arrivals: Arrivals) { self.arrivals = arrivals }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    // What follows knows of the request before the listener may close.
    context.fireChannelRead(data)
    guard !isHeard else { return }
    isHeard = true
    arrivals.heard(context.channel)
  }
}
