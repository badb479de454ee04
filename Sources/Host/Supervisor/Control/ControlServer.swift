import FoundationEssentials
package import JSONRPC
package import Logging
package import NIOCore
import UnixTransport

/// One thing that `hivecore` can ask of a running host.
package struct ControlMethod: Sendable {
  /// Why a method says no.
  package typealias Refusal = RPCError

  package let name: String
  package let summary: String
  package let handler: @Sendable (JSON) async throws(Refusal) -> JSON

  package init(_ name: String, _ summary: String, handler: @escaping @Sendable (JSON) async throws(Refusal) -> JSON) {
    self.name = name
    self.summary = summary
    self.handler = handler
  }
}

/// The control socket: what the command line talks to. Only the host's own user and root may.
package struct ControlServer: Sendable {
  package static let frameByteLimit = 16 << 20

  private let listener: UnixListener
  private let path: String

  /// Listens on `path`, in a folder that only the host's user can enter.
  ///
  /// - Parameters:
  ///   - owner: the user id that may connect beside root.
  ///   - methods: everything there is to ask.
  package static func start(
    path: String, owner: UInt32, methods: [ControlMethod], on eventLoop: any EventLoop, logger: Logger
  ) async throws -> ControlServer {
    let table = Dictionary(methods.map { ($0.name, $0) }) { first, _ in first }
    var limits = ConnectionLimits()
    limits.frameByteLimit = frameByteLimit
    limits.inboundRequestLimit = 64
    let listener = try await UnixListener.bind(path: path, on: eventLoop, limits: limits) { peer in
      let isAllowed = peer.uid == owner || peer.uid == 0
      if !isAllowed { logger.warning("control connection refused", metadata: ["uid": "\(peer.uid)", "pid": "\(peer.pid)"]) }
      return isAllowed
    } makeDelegate: { connection in
      TaskServer(connection) { served in await serve(served.request, table) }
    }
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    return ControlServer(listener: listener, path: path)
  }

  private static func serve(_ request: InboundRequest, _ methods: [String: ControlMethod]) async -> Reply {
    do throws(RPCError) {
      guard let method = methods[request.method] else {
        let hint = NearestName.hint(request.method, among: methods.keys)
        throw RPCError(.methodNotFound, "this host knows no '\(request.method)'\(hint)")
      }
      return .result(ByteBuffer(bytes: try await method.handler(try params(of: request)).bytes))
    } catch {
      return .failure(error)
    }
  }

  private static func params(of request: InboundRequest) throws(RPCError) -> JSON {
    do {
      return try JSON(parsing: Array(request.params.readableBytesView))
    } catch {
      throw RPCError(.invalidParams, "params: \(error)")
    }
  }

  /// Stops listening and takes the socket out of the file system.
  package func stop() async {
    await listener.close()
    try? FileManager.default.removeItem(atPath: path)
  }
}
