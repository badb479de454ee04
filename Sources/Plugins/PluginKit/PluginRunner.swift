import CMemory
import JSONRPC
package import NIOCore
import PluginProtocol
import Synchronization
import UnixTransport

/// How a plugin's process ends.
package enum PluginEnd: Sendable, Equatable {
  /// After `$/shutdown`.
  case shutdown
  case hostGone
  case configuration(String)
  case failed(String)

  package var exitCode: Int32 {
    switch self {
    case .shutdown, .hostGone: 0
    case .configuration(let message): PluginExit.configuration(message).code
    case .failed: 1
    }
  }
}

/// Leads one plugin through its life over one connection.
package final class PluginRunner<P: Plugin>: Sendable {
  private enum Command: Sendable {
    case run
    /// Cancel `run()` and say when it has ended.
    case stopRunning(CheckedContinuation<Void, Never>)
    case rest
    case end(PluginEnd)
  }

  private struct State {
    var plugin: P?
    var methods: [String: Method] = [:]
    var isDraining = false
  }

  private let state = Mutex(State())
  private let commands = AsyncStream.makeStream(of: Command.self)

  private let hostGone: @Sendable () -> Void
  private static var restingPause: TimeAmount { .seconds(10) }

  /// - Parameter hostGone: called at once at end of file, whatever the plugin is doing.
  package init(hostGone: @escaping @Sendable () -> Void = {}) { self.hostGone = hostGone }

  /// Serves until the host shuts the plugin down or is gone.
  ///
  /// - Parameter descriptor: the connected socket; closed at the end.
  package func run(descriptor: CInt, on eventLoop: any EventLoop) async throws -> PluginEnd {
    let idle = IdleWatch(on: eventLoop, after: Self.restingPause) { [commands] in commands.continuation.yield(.rest) }
    let connection = try await Connection.open(descriptor: descriptor, on: eventLoop) { connection in
      TaskServer(connection, answerInline: { self.answerInline($0, connection, idle) }, handle: { await self.serve($0) })
    }
    connection.closed.whenSuccess { [hostGone, commands] reason in
      if reason != .closedHere { hostGone() }
      commands.continuation.yield(.end(.hostGone))
    }
    let end = await obey()
    commands.continuation.finish()
    for await case .stopRunning(let stopped) in commands.stream { stopped.resume() }
    connection.close()
    _ = try await connection.closed.get()
    return end
  }

  private func obey() async -> PluginEnd {
    await withTaskGroup { group in
      for await command in commands.stream {
        switch command {
        case .run: group.addTask { await self.runPlugin() }
        case .rest: group.addTask { await self.rest() }
        case .stopRunning(let stopped):
          group.cancelAll()
          await group.waitForAll()
          stopped.resume()
        case .end(let end):
          group.cancelAll()
          return end
        }
      }
      return .hostGone
    }
  }

  private func runPlugin() async {
    guard let plugin = state.withLock({ $0.plugin }) else { return }
    do {
      try await plugin.run()
    } catch is CancellationError {
    } catch {
      guard !Task.isCancelled else { return }
      commands.continuation.yield(.end(.failed("\(error)")))
    }
  }

  private func rest() async {
    await state.withLock { $0.plugin }?.rest()
    memory_trim()
  }

  // MARK: - Requests

  private func answerInline(_ request: InboundRequest, _ connection: Connection, _ idle: IdleWatch) -> Reply? {
    if request.method == "$/ping" { return .result(ByteBuffer(string: "{}")) }
    idle.touch()
    let (isDraining, method) = state.withLock { state in
      // From here on, not only once the drain's task runs: what comes behind it is refused.
      defer { state.isDraining = state.isDraining || request.method == "$/drain" }
      return (state.isDraining, state.methods[request.method])
    }
    if isDraining, request.method == "$/drain" || !request.method.hasPrefix("$/") {
      return .failure(RPCError(.draining, "\(P.name) is going away", data: ["retryable": true, "delivered": "no"]))
    }
    do {
      switch method?.handler {
      case .inline(let handler): return .result(ByteBuffer(bytes: try handler(try Request(request, on: connection))))
      case .atOnce(let handler, _): return handler(try Request(request, on: connection)).map { .result(ByteBuffer(bytes: $0)) }
      case .async, nil: return nil
      }
    } catch {
      return .failure(report(error, of: request.method, connection))
    }
  }

  private func serve(_ served: ServedRequest) async -> Reply {
    do {
      switch served.request.method {
      case "$/initialize": return try await .json(initialize(served))
      case "$/describe": return .json(P.contributions.json)
      case "$/ready": return try await ready(served)
      case "$/drain": return await .json(drain(served.connection))
      case "$/shutdown": return end(.shutdown, .json([:]), served)
      case let name: return try await call(name, served)
      }
    } catch let exit as PluginExit {
      return end(.configuration(exit.message), .failure(.application("configuration", status: 500, exit.message)), served)
    } catch {
      return .failure(report(error, of: served.request.method, served.connection))
    }
  }

  /// Answers first, so that the answer is on its way when the connection closes.
  private func end(_ end: PluginEnd, _ reply: Reply, _ served: ServedRequest) -> Reply {
    served.connection.reply(served.request.id, reply)
    commands.continuation.yield(.end(end))
    return reply
  }

  private func call(_ name: String, _ served: ServedRequest) async throws -> Reply {
    guard let method = state.withLock({ $0.methods[name] }) else {
      throw RPCError(.methodNotFound, "\(P.name) has no method \(name)")
    }
    let request = try Request(served.request, on: served.connection, streams: (served.incoming, served.outgoing))
    let bytes =
      switch method.handler {
      case .async(let handler), .atOnce(_, let handler): try await handler(request)
      case .inline(let handler): try handler(request)
      }
    served.outgoing.finishIfUsed()
    return .result(ByteBuffer(bytes: bytes))
  }

  /// What the caller may see of an error; the rest goes to the log.
  private func report(_ error: any Error, of method: String, _ connection: Connection) -> RPCError {
    switch error {
    case let error as RPCError: return error
    case is CancellationError: return RPCError(.cancelled, "cancelled")
    default:
      PluginLog(connection: connection).error("request failed", ["method": method, "error": "\(error)"])
      return RPCError(.internal, "\(method) failed in \(P.name)")
    }
  }

  // MARK: - Life

  private func initialize(_ served: ServedRequest) async throws -> JSON {
    let params = try JSON(parsing: Array(served.request.params.readableBytesView))
    guard params["protocol"].array?.contains(1) == true else {
      throw RPCError(.version, "\(P.name) speaks protocol 1, the host \(params["protocol"].text)")
    }
    guard state.withLock({ $0.plugin == nil }) else { throw RPCError(.invalidRequest, "initialized before") }
    let connection = served.connection
    if let limit = params["max_frame"].int { await connection.setFrameLimit(Int(clamping: limit)) }
    let plugin = try await P(start: PluginStart(params, connection))
    let methods = Dictionary(plugin.methods.map { ($0.name, $0) }) { first, _ in first }
    state.withLock {
      $0.plugin = plugin
      $0.methods = methods
    }
    return ["protocol": 1, "name": .string(P.name), "version": .string(P.version)]
  }

  /// Answers before the work of its own begins, which may end the process at once.
  private func ready(_ served: ServedRequest) async throws -> Reply {
    guard let plugin = state.withLock({ $0.plugin }) else { throw RPCError(.invalidRequest, "not initialized") }
    try await plugin.ready()
    let reply = Reply.json([:])
    served.connection.reply(served.request.id, reply)
    commands.continuation.yield(.run)
    return reply
  }

  private func drain(_ connection: Connection) async -> JSON {
    let plugin = state.withLock { $0.plugin }
    await withCheckedContinuation { stopped in
      if case .terminated = commands.continuation.yield(.stopRunning(stopped)) { stopped.resume() }
    }
    await plugin?.drain()
    // This request itself is the last one open.
    await connection.waitUntilServing(atMost: 1)
    return [:]
  }
}

extension Reply {
  fileprivate static func json(_ value: JSON) -> Reply { .result(ByteBuffer(bytes: value.bytes)) }
}

extension PluginStart {
  fileprivate init(_ params: JSON, _ connection: Connection) {
    let strings: (JSON) -> [String: String] = { json in
      Dictionary((json.object?.members ?? []).compactMap { member in member.value.string.map { (member.name, $0) } }) { _, last in last }
    }
    self.init(
      config: params["config"].object ?? [:], secrets: strings(params["secrets"]), paths: strings(params["paths"]),
      incarnation: Int(clamping: params["incarnation"].int ?? 1), host: Host(connection: connection, cause: .none),
      log: PluginLog(connection: connection))
  }
}
