package import Foundation
package import JSONRPC
package import NIOCore
import NIOPosix
package import UnixTransport

/// A plugin's program as a process of its own, without sandbox, its host played by the caller. It is killed when it is forgotten.
package struct UnsupervisedPlugin: Sendable {
  /// The host's end.
  package let connection: Connection
  private let process: RunningProcess

  /// Starts a built program and waits until it is ready.
  ///
  /// - Parameters:
  ///   - program: its name among the ``HostProcess/products``.
  ///   - log: takes what it writes to stderr.
  ///   - host: answers the plugin's calls.
  package static func start(
    _ program: String, config: JSONObject = [:], secrets: JSONObject = [:], log: URL,
    host: @escaping @Sendable (ServedRequest) async -> Reply
  ) async throws -> UnsupervisedPlugin {
    let (mine, theirs) = try makeSocketPair()
    defer { close(theirs) }
    let process = try RunningProcess(
      program: HostProcess.products.appending(path: program), arguments: [], environment: [:], log: log, socket: theirs)
    let connection = try await Connection.open(descriptor: mine, on: MultiThreadedEventLoopGroup.singleton.next()) {
      TaskServer($0, handle: host)
    }
    let initialize: JSON = [
      "protocol": [1], "plugin": .string(program), "incarnation": 1, "max_frame": 4_194_304, "config": .object(config),
      "secrets": .object(secrets), "paths": [:], "concurrency": 256,
    ]
    _ = try await connection.result(of: OutboundCall("$/initialize", params: ByteBuffer(bytes: initialize.bytes)))
    await connection.setFrameLimit(4_194_304)
    _ = try await connection.result(of: OutboundCall("$/ready", params: ByteBuffer(string: "{}")))
    return UnsupervisedPlugin(connection: connection, process: process)
  }

  /// Calls a method with params that are a finished JSON object.
  package func call(_ method: String, _ params: ByteBuffer, meta: [UInt8]? = nil) async throws(RPCError) -> ByteBuffer {
    try await connection.result(of: OutboundCall(method, params: params, meta: meta, deadline: .now() + .seconds(60)))
  }

  /// Closes the connection, at which a plugin ends.
  package func stop() async {
    connection.close()
    _ = await process.waitUntilExit()
  }

  /// Megabytes that are the process's own: heap, stacks, changed data.
  package func privateMegabytes() throws -> Double {
    let text = try String(contentsOfFile: "/proc/\(process.pid)/smaps_rollup", encoding: .utf8)
    let kilobytes = text.firstMatch(of: /Private_Dirty:\s+(\d+) kB/).flatMap { Double($0.1) }
    return (kilobytes ?? 0) / 1024
  }
}
