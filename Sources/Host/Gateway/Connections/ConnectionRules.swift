import Hummingbird
import HummingbirdCore
import NIOCore

/// What a connection may cost: the size of a request's head, and how long nothing may happen.
enum ConnectionRules {
  static let headFieldByteLimit = 16 << 10
  static let headByteLimit = 32 << 10
  static let headFieldLimit = 100

  static func connections(_ config: GatewayConfig, _ departures: Departures, _ arrivals: Arrivals) -> HTTP1Channel.Configuration {
    let seconds = config.idleTimeout.components.seconds
    return HTTP1Channel.Configuration(
      additionalChannelHandlers: [
        StalledPeerHandler(milliseconds: Int(seconds) * 1000), DepartureHandler(departures), ArrivalHandler(arrivals),
      ],
      idleTimeout: .seconds(seconds),
      httpDecoderConfiguration: .init(
        maxHeaderFieldSize: headFieldByteLimit, maxHeaderListSize: headByteLimit, maxHeaderFieldCount: headFieldLimit))
  }
}

/// Lets the kernel end a connection whose client takes none of what it is sent, or is gone without a word.
final class StalledPeerHandler: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = NIOAny

  private let milliseconds: Int

  init(milliseconds: Int) { self.milliseconds = milliseconds }

  func handlerAdded(context: ChannelHandlerContext) {
    // TCP_USER_TIMEOUT; a channel that is no TCP socket does without.
    let option = ChannelOptions.Types.SocketOption(level: .tcp, name: .init(rawValue: 18))
    context.channel.setOption(option, value: milliseconds).whenFailure { _ in }
  }
}
