import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOExtras
import NIOPosix
import ServiceLifecycle
import Synchronization
import UnixTransport

/// Serves HTTP/1.1 on an address, or on a socket that a service manager has bound.
///
/// Of such a socket the next process accepts what waits in its backlog when we stop: nobody is refused in between. Hummingbird's own server
/// can only bind for itself, and its tasks change threads with each part of a request; this one uses its connections and lets each live on
/// the thread of its event loop.
struct GatewayServer: Sendable {
  let config: GatewayConfig
  let responder: GatewayResponder
  let departures: Departures
  let logger: Logger
  /// Told the port; 0 for a Unix socket.
  let bound: @Sendable (Int) async -> Void
  private let dates = DateHeader()
  private let arrivals = Arrivals()
  private static let backlog: CInt = 1024
  /// How long a stop waits for the first words of those it has accepted.
  private static let patience = TimeAmount.milliseconds(500)

  init(
    config: GatewayConfig, responder: GatewayResponder, departures: Departures, logger: Logger,
    bound: @escaping @Sendable (Int) async -> Void
  ) {
    self.config = config
    self.responder = responder
    self.departures = departures
    self.logger = logger
    self.bound = bound
  }

  /// Serves until the task is cancelled or shut down gracefully: then running requests are finished.
  func run() async throws {
    let plain = HTTP1Channel(
      responder: { request, writer, channel in
        let response = try await answer(request, channel)
        try await writer.write(response: response.head, body: response.body)
      }, configuration: ConnectionRules.connections(config, departures, arrivals))
    if let certificate = config.certificate {
      try await run(TLSConnection(base: plain, certificate: certificate))
    } else {
      try await run(plain)
    }
  }

  private func run(_ connections: some ServerChildChannel) async throws {
    let quiescing = ServerQuiescingHelper(group: MultiThreadedEventLoopGroup.singleton)
    let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.backlog, value: Self.backlog)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.allowRemoteHalfClosure, value: true)
      .serverChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandlers(
            ConnectionLimit(config.connectionLimit, arrivals), quiescing.makeServerChannelHandler(channel: channel))
        }
      }
    let setUp = { @Sendable (channel: any Channel) in connections.setup(channel: channel, logger: logger) }
    let server =
      if let listener = config.listener {
        try await bootstrap.bind(listener, childChannelInitializer: setUp)
      } else {
        try await bootstrap.bind(host: config.host, port: config.port, childChannelInitializer: setUp)
      }
    try await withGracefulShutdownHandler {
      await bound(server.channel.localAddress?.port ?? 0)
      try await serve(server, connections)
    } onGracefulShutdown: {
      arrivals.close(server.channel, patience: Self.patience).whenComplete { _ in quiescing.initiateShutdown(promise: nil) }
    }
  }

  private func serve<Connections: ServerChildChannel>(
    _ server: NIOAsyncChannel<Connections.Value, Never>, _ connections: Connections
  ) async throws {
    try await server.executeThenClose { inbound in
      try await withThrowingDiscardingTaskGroup { group in
        for try await connection in inbound {
          group.addTask(executorPreference: EventLoopExecutor(connection.channel.eventLoop)) {
            await connections.handle(value: connection, logger: logger)
          }
        }
      }
    }
  }

  private func answer(_ request: Request, _ channel: any Channel) async throws -> Response {
    let context = GatewayContext(source: ApplicationRequestContextSource(channel: channel, logger: logger))
    var response = try await responder.respond(to: request, context: context)
    response.headers[.date] = dates.text
    return response
  }
}

/// The time for the `Date` header, made once a second.
///
/// Source: RFC 9110, section 5.6.7.
private final class DateHeader: Sendable {
  private let made = Mutex<(second: Int, text: String)>((0, ""))

  var text: String {
    let now = Date()
    let second = Int(now.timeIntervalSince1970)
    return made.withLock { made in
      if made.second != second { made = (second, Self.format(now)) }
      return made.text
    }
  }

  private static func format(_ date: Date) -> String {
    let style = Date.VerbatimFormatStyle(
      format:
        "\(weekday: .abbreviated), \(day: .twoDigits) \(month: .abbreviated) \(year: .padded(4)) \(hour: .twoDigits(clock: .twentyFourHour, hourCycle: .zeroBased)):\(minute: .twoDigits):\(second: .twoDigits) GMT",
      locale: Locale(identifier: "en_US_POSIX"), timeZone: .gmt, calendar: Calendar(identifier: .gregorian))
    return date.formatted(style)
  }
}
