package import JSONRPC
package import NIOCore
import UnixTransport

/// The command line's end of the control socket.
package struct ControlClient: Sendable {
  private let connection: Connection

  /// No host answers on the socket.
  package struct NoHost: Error, CustomStringConvertible {
    package let description: String
  }

  /// - Throws: ``NoHost``.
  package static func connect(path: String, on eventLoop: any EventLoop) async throws(NoHost) -> ControlClient {
    var limits = ConnectionLimits()
    limits.frameByteLimit = ControlServer.frameByteLimit
    do {
      let connection = try await UnixListener.connect(path: path, on: eventLoop, limits: limits) { connection in
        TaskServer(connection) { _ in .failure(RPCError(.methodNotFound, "a client serves nothing")) }
      }
      return ControlClient(connection: connection)
    } catch {
      throw NoHost(description: "no host is running here: \(path): \(error)")
    }
  }

  package func call(_ method: String, _ params: JSON = [:], timeout: TimeAmount = .seconds(30)) async throws(RPCError) -> JSON {
    let bytes = try await connection.result(
      of: OutboundCall(method, params: ByteBuffer(bytes: params.bytes), deadline: .now() + timeout))
    do {
      return try JSON(parsing: Array(bytes.readableBytesView))
    } catch {
      throw RPCError(.internal, "\(method) answered malformed JSON: \(error)")
    }
  }

  package func close() { connection.close() }
}
