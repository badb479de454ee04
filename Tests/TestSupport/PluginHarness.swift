package import JSONRPC
import NIOCore
import NIOPosix
package import PluginKit
package import UnixTransport

/// A plugin in this process behind a real socket, with a scripted host: calls its methods and answers its calls.
///
/// ```swift
/// let harness = try await PluginHarness(Echo.self, config: ["loud": true]) { method, params, meta async throws(RPCError) -> JSON in
///   guard method == "storage.read" else { throw RPCError(.methodNotFound, method) }
///   return ["rows": []]
/// }
/// let reply = try await harness.call("echo.say", ["text": "hello"], tenant: "…")
/// try await harness.shutdown()
/// ```
/// The stub gets the `meta` the plugin sent (`cause`, `operation_id`, …), as the host would before it resolves it.
package struct PluginHarness<P: Plugin>: Sendable {
  package typealias StreamStub = @Sendable (ServedRequest) async throws -> JSON
  package typealias Stub = @Sendable (_ method: String, _ params: JSON, _ meta: JSON) async throws(RPCError) -> JSON

  /// The host's end.
  package let connection: Connection
  /// Notifications the plugin sent (`$/log`, `storage.committed`, …), oldest first.
  package let notifications: AsyncStream<(method: String, params: JSON)>
  private let ended: EventLoopFuture<PluginEnd>

  /// Starts the plugin and waits until it is ready.
  ///
  /// - Parameters:
  ///   - config: what the manifest's `[config]` would hold.
  ///   - host: answers the plugin's calls; the default knows no method.
  package init(
    _ type: P.Type, config: JSONObject = [:], secrets: [String: String] = [:], paths: [String: String] = [:], incarnation: Int = 1,
    host: @escaping Stub = { method, _, _ throws(RPCError) in throw RPCError(.unavailable, "nothing serves \(method)") }
  ) async throws {
    let answer: StreamStub = { served in
      let meta = try served.request.meta.map { try JSON(parsing: Array($0.readableBytesView)) } ?? [:]
      return try await host(served.request.method, try JSON(parsing: Array(served.request.params.readableBytesView)), meta)
    }
    try await self.init(type, config: config, secrets: secrets, paths: paths, incarnation: incarnation, hostStreams: answer)
  }

  /// As the other, with a host that may read and write the streams of the plugin's calls.
  package init(
    _ type: P.Type, config: JSONObject = [:], secrets: [String: String] = [:], paths: [String: String] = [:], incarnation: Int = 1,
    hostStreams: @escaping StreamStub
  ) async throws {
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let (hostEnd, pluginEnd) = try makeSocketPair()
    let ended = loop.makePromise(of: PluginEnd.self)
    ended.completeWithTask { try await PluginRunner<P>().run(descriptor: pluginEnd, on: loop) }
    self.ended = ended.futureResult
    let (stream, continuation) = AsyncStream.makeStream(of: (method: String, params: JSON).self, bufferingPolicy: .bufferingNewest(4_096))
    notifications = stream
    connection = try await Connection.open(descriptor: hostEnd, on: loop) { connection in
      TaskServer(
        connection,
        notified: { method, params in
          continuation.yield((method, (try? JSON(parsing: Array(params.readableBytesView))) ?? .null))
        },
        handle: { await Self.answer($0, hostStreams) })
    }
    let initialize: JSON = [
      "protocol": [1], "plugin": .string(P.name), "incarnation": .int(incarnation), "max_frame": 4_194_304, "config": .object(config),
      "secrets": Self.object(secrets), "paths": Self.object(paths), "concurrency": 64,
    ]
    _ = try await call("$/initialize", initialize)
    await connection.setFrameLimit(4_194_304)
    _ = try await call("$/ready", [:])
  }

  /// Calls a method of the plugin as the host would.
  package func call(
    _ method: String, _ params: JSON, tenant: String? = nil, principal: JSON = .null, operationID: String? = nil, system: Bool = false,
    meta: JSONObject = [:], deadline: Duration = .seconds(30)
  ) async throws(RPCError) -> JSON {
    let call = outbound(method, params, tenant, principal, operationID, system, meta, deadline)
    let bytes = try await connection.result(of: call)
    do {
      return try JSON(parsing: Array(bytes.readableBytesView))
    } catch {
      throw RPCError(.internal, "malformed result: \(error)")
    }
  }

  /// Calls a method that takes or gives a stream.
  ///
  /// - Parameter upload: sent beside the params, which should say `"stream":true`.
  /// - Returns: the result and the bytes streamed before it.
  package func stream(
    _ method: String, _ params: JSON, upload: [UInt8]? = nil, tenant: String? = nil, deadline: Duration = .seconds(30)
  ) async throws -> (result: JSON, bytes: [UInt8]) {
    let call = await connection.start(outbound(method, params, tenant, .null, nil, false, [:], deadline))
    async let sent: Void = {
      guard let upload else { return }
      try await call.outgoing.send(upload)
      call.outgoing.finish()
    }()
    var bytes: [UInt8] = []
    for try await chunk in call.incoming { bytes += chunk }
    let reply = await call.reply()
    if let error = reply.rpcError { throw error }
    try await sent
    guard case .result(let result) = reply else { throw RPCError(.internal, "no result") }
    return (try JSON(parsing: Array(result.readableBytesView)), bytes)
  }

  /// Drains the plugin and shuts it down, as the host does.
  @discardableResult
  package func shutdown() async throws -> PluginEnd {
    _ = try await call("$/drain", [:])
    _ = try await call("$/shutdown", [:])
    return try await ended.get()
  }

  /// Waits for the plugin's end.
  package func end() async throws -> PluginEnd { try await ended.get() }

  private func outbound(
    _ method: String, _ params: JSON, _ tenant: String?, _ principal: JSON, _ operationID: String?, _ system: Bool, _ more: JSONObject,
    _ deadline: Duration
  ) -> OutboundCall {
    let milliseconds = deadline.components.seconds * 1_000 + deadline.components.attoseconds / 1_000_000_000_000_000
    var meta: JSONObject = ["deadline_ms": .int(milliseconds)]
    if let tenant { meta["tenant"] = .string(tenant) }
    if !principal.isNull { meta["principal"] = principal }
    if let operationID { meta["operation_id"] = .string(operationID) }
    if system { meta["system"] = true }
    return OutboundCall(
      method, params: ByteBuffer(bytes: params.bytes), meta: JSON.object(meta.merging(more)).bytes,
      deadline: .now() + .milliseconds(milliseconds))
  }

  private static func answer(_ served: ServedRequest, _ host: StreamStub) async -> Reply {
    do {
      let result = try await host(served)
      served.outgoing.finishIfUsed()
      return .result(ByteBuffer(bytes: result.bytes))
    } catch let error as RPCError {
      return .failure(error)
    } catch {
      return .failure(RPCError(.internal, "\(error)"))
    }
  }

  private static func object(_ strings: [String: String]) -> JSON {
    .object(JSONObject(strings.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }))
  }
}
