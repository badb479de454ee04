import NIOCore

/// Stops accepting connections while too many are open; they wait in the socket's backlog.
final class ConnectionLimit: ChannelDuplexHandler {
  typealias InboundIn = any Channel
  typealias InboundOut = any Channel
  typealias OutboundIn = any Channel

  private let limit: Int
  private var open = 0
  private var isHolding = false
  private let arrivals: Arrivals

  init(_ limit: Int, _ arrivals: Arrivals) {
    self.limit = limit
    self.arrivals = arrivals
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    open += 1
    arrivals.accepted(unwrapInboundIn(data))
    unwrapInboundIn(data).closeFuture.hop(to: context.eventLoop).assumeIsolated().whenComplete { _ in
      self.open -= 1
      guard self.isHolding else { return }
      self.isHolding = false
      self.read(context: context)
    }
    context.fireChannelRead(data)
  }

  func read(context: ChannelHandlerContext) {
    guard arrivals.areWelcome else { return }
    if open < limit {
      context.read()
    } else {
      isHolding = true
    }
  }
}
