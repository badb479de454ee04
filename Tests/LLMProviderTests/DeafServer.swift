import NIOCore
import NIOPosix

/// A server whose queue of connections is full and that takes none out: whoever connects hears nothing, as from behind a firewall.
struct DeafServer: Sendable {
  private let channel: any Channel
  private let queued: [any Channel]

  var port: Int { channel.localAddress?.port ?? 0 }

  /// Runs one beside the body.
  static func with(_ body: (DeafServer) async throws -> Void) async throws {
    let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.backlog, value: 0).serverChannelOption(.autoRead, value: false)
      .bind(host: "127.0.0.1", port: 0).get()
    let server = DeafServer(channel: channel, queued: try await fillQueue(of: channel))
    do {
      try await body(server)
    } catch {
      try await server.close()
      throw error
    }
    try await server.close()
  }

  private func close() async throws {
    for client in queued { try await client.close() }
    try await channel.close()
  }

  /// Connects until one is not let in.
  private static func fillQueue(of server: any Channel) async throws -> [any Channel] {
    var queued: [any Channel] = []
    guard let address = server.localAddress else { return [] }
    while true {
      do {
        queued.append(
          try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton).connectTimeout(.milliseconds(200)).connect(to: address)
            .get())
      } catch is ChannelError {
        return queued
      }
    }
  }
}
