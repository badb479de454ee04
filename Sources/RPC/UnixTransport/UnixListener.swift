package import NIOCore
import NIOPosix

#if canImport(Glibc)
  import Glibc
#endif

/// Accepts connections on a Unix socket in the file system, from chosen users only.
package struct UnixListener: Sendable {
  private let channel: any Channel

  /// Who connects, as the kernel knows it. The pid is for the log: it may be another's by the time it is read.
  package struct Peer: Sendable, Equatable {
    package let uid: UInt32
    package let pid: Int32
  }

  private struct Credentials: Sendable {
    var pid: Int32 = 0
    var uid: UInt32 = 0
    var gid: UInt32 = 0
  }

  /// A path that does not fit the kernel's address structure.
  package struct PathTooLong: Error, CustomStringConvertible {
    package let description: String
  }

  /// The longest path of a socket, in bytes.
  package static let pathByteLimit = 107

  /// Listens.
  ///
  /// - Parameters:
  ///   - path: a socket of this name that is left over is replaced.
  ///   - accepts: whether a peer may speak; others are disconnected before a byte is read.
  ///   - makeDelegate: called on the loop for each connection, before its first message.
  package static func bind(
    path: String, on eventLoop: any EventLoop, limits: ConnectionLimits = ConnectionLimits(),
    accepts: @escaping @Sendable (Peer) -> Bool, makeDelegate: @escaping @Sendable (Connection) -> any ConnectionDelegate
  ) async throws -> UnixListener {
    guard path.utf8.count <= pathByteLimit else {
      throw PathTooLong(description: "socket path \(path) has \(path.utf8.count) bytes, limit \(pathByteLimit)")
    }
    let bootstrap = ServerBootstrap(group: eventLoop)
      .childChannelOption(.writeBufferWaterMark, value: Connection.writeWaterMark)
      .childChannelOption(.recvAllocator, value: Connection.receiveAllocator)
      .childChannelInitializer { channel in
        peer(of: channel).flatMapThrowing { peer in
          guard accepts(peer) else { throw IOError(errnoCode: EACCES, reason: "peer of another user") }
          let closed = channel.eventLoop.makePromise(of: CloseReason.self)
          _ = try Connection.install(on: channel, limits: limits, closed: closed, makeDelegate)
        }
      }
    return UnixListener(channel: try await bootstrap.bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true).get())
  }

  private static func peer(of channel: any Channel) -> EventLoopFuture<Peer> {
    guard let provider = channel as? any SocketOptionProvider else {
      return channel.eventLoop.makeFailedFuture(IOError(errnoCode: ENOTSOCK, reason: "peer credentials"))
    }
    // Three 32-bit integers are laid out in Swift as in Linux's ucred, which Glibc does not show.
    let credentials: EventLoopFuture<Credentials> = provider.unsafeGetSocketOption(level: .socket, name: .init(rawValue: SO_PEERCRED))
    return credentials.map { Peer(uid: $0.uid, pid: $0.pid) }
  }

  /// Connects to a listener.
  package static func connect(
    path: String, on eventLoop: any EventLoop, limits: ConnectionLimits = ConnectionLimits(),
    makeDelegate: @escaping @Sendable (Connection) -> any ConnectionDelegate
  ) async throws -> Connection {
    let closed = eventLoop.makePromise(of: CloseReason.self)
    do {
      return try await ClientBootstrap(group: eventLoop)
        .channelOption(.writeBufferWaterMark, value: Connection.writeWaterMark)
        .channelOption(.recvAllocator, value: Connection.receiveAllocator)
        .connect(unixDomainSocketPath: path) { channel in
          channel.eventLoop.makeCompletedFuture {
            try Connection.install(on: channel, limits: limits, closed: closed, makeDelegate)
          }
        }
    } catch {
      closed.succeed(.inputOutput("\(error)"))
      throw error
    }
  }

  /// Stops accepting; open connections go on.
  package func close() async { try? await channel.close() }
}
