import JSONRPC
import Logging
import NIOCore
import NIOPosix
import PluginProtocol
import Router
import Synchronization
import TestSupport
import Testing
import UnixTransport

/// A plugin in this process, behind a real socket: what it does is written in the test.
final class FakePlugin: Sendable {
  typealias Handler = @Sendable (Incoming) async throws(RPCError) -> JSON

  /// A request it serves.
  struct Incoming: Sendable {
    let id: Int64
    let method: String
    let params: JSON
    let meta: JSON
    let plugin: FakePlugin
    let served: ServedRequest

    /// Calls another plugin, naming this request as cause.
    func call(_ method: String, _ params: JSON = [:], meta: JSONObject = [:]) async throws(RPCError) -> JSON {
      try await plugin.call(method, params, meta: JSONObject([("cause", .int(id))]).merging(meta))
    }
  }

  let link: LinkID
  private let router: MessageRouter
  private let far = Mutex<Connection?>(nil)
  /// The router's end.
  private let near = Mutex<Connection?>(nil)

  private init(_ link: LinkID, _ router: MessageRouter) {
    self.link = link
    self.router = router
  }

  /// Registers, unless that has been done, connects and activates.
  static func start(
    _ policy: PluginPolicy, incarnation: Int = 1, methods: [MethodSpec], on router: MessageRouter, isRegistered: Bool = false,
    handler: @escaping Handler = { $0.params }
  ) async throws -> FakePlugin {
    if !isRegistered { await router.register(policy) }
    let plugin = FakePlugin(LinkID(plugin: policy.id, incarnation: incarnation), router)
    let (ours, theirs) = try makeSocketPair()
    var limits = ConnectionLimits()
    limits.frameByteLimit = 4 << 20
    let near = try await router.connect(plugin.link, descriptor: ours, limits: limits)
    plugin.near.withLock { $0 = near }
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let far = try await Connection.open(descriptor: theirs, on: loop, limits: limits) { connection in
      TaskServer(connection) { served in await plugin.serve(served, handler) }
    }
    plugin.far.withLock { $0 = far }
    await router.describe(policy.id, methods: methods)
    await router.activate(plugin.link)
    return plugin
  }

  private func serve(_ served: ServedRequest, _ handler: Handler) async -> Reply {
    do {
      let params = try JSON(parsing: Array(served.request.params.readableBytesView))
      let meta = try served.request.meta.map { try JSON(parsing: Array($0.readableBytesView)) } ?? .null
      let incoming = Incoming(
        id: served.request.id, method: served.request.method, params: params, meta: meta, plugin: self, served: served)
      return .result(ByteBuffer(bytes: try await handler(incoming).bytes))
    } catch let error as RPCError {
      return .failure(error)
    } catch {
      return .failure(RPCError(.internal, "\(error)"))
    }
  }

  func call(_ method: String, _ params: JSON = [:], meta: JSONObject = [:]) async throws(RPCError) -> JSON {
    guard let far = far.withLock({ $0 }) else { throw RPCError(.internal, "not connected") }
    let call = OutboundCall(method, params: ByteBuffer(bytes: params.bytes), meta: JSON.object(meta).bytes)
    return try await parse(far.result(of: call))
  }

  func notify(_ method: String, _ params: JSON) {
    far.withLock { $0 }?.notify(method, ByteBuffer(bytes: params.bytes))
  }

  func close() { far.withLock { $0 }?.close() }

  /// Why the router's end of the connection closed.
  func closed() async throws -> CloseReason {
    guard let near = near.withLock({ $0 }) else { throw RPCError(.internal, "not connected") }
    return try await near.closed.get()
  }

  /// Ends as if killed.
  func die() async throws(RPCError) {
    far.withLock { $0 }?.close()
    do {
      try await eventually("the router to notice") {
        await router.status().contains { $0.id == link.plugin && $0.incarnation == link.incarnation } ? nil : true
      }
    } catch {
      throw RPCError(.internal, "\(error)")
    }
  }
}

func parse(_ bytes: ByteBuffer) throws(RPCError) -> JSON {
  do {
    return try JSON(parsing: Array(bytes.readableBytesView))
  } catch {
    throw RPCError(.internal, "\(error)")
  }
}

func makeRouter() -> MessageRouter {
  MessageRouter(eventLoop: MultiThreadedEventLoopGroup.singleton.next(), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
}

extension MessageRouter {
  nonisolated func ask(_ method: String, _ params: JSON = [:], _ meta: CallMeta = .host("test", timeout: .seconds(50)))
    async throws(RPCError) -> JSON
  {
    try await parse(call(method, ByteBuffer(bytes: params.bytes), meta))
  }

  /// Nil when the call succeeds.
  nonisolated func failure(of method: String) async -> RPCError? {
    do throws(RPCError) {
      _ = try await ask(method)
      return nil
    } catch {
      return error
    }
  }

  /// Waits until the router's view of a plugin is as wanted.
  nonisolated func wait(_ plugin: String, until wanted: (PluginRouteStatus) -> Bool) async throws {
    try await eventually("\(plugin) to be as wanted") { await status().first { $0.id == plugin }.map(wanted) == true ? true : nil }
  }
}

/// Works on something that has no end.
func untilCancelled() async {
  let (endless, source) = AsyncStream.makeStream(of: Never.self)
  for await _ in endless {}
  source.finish()
}

/// Opens once, for everybody who waits.
final class Gate: Sendable {
  private let state = Mutex<(isOpen: Bool, waiting: [CheckedContinuation<Void, Never>])>((false, []))

  func wait() async {
    await withCheckedContinuation { continuation in
      let isOpen = state.withLock { state in
        if !state.isOpen { state.waiting.append(continuation) }
        return state.isOpen
      }
      if isOpen { continuation.resume() }
    }
  }

  func open() {
    let waiting = state.withLock { state in
      state.isOpen = true
      defer { state.waiting = [] }
      return state.waiting
    }
    for continuation in waiting { continuation.resume() }
  }
}
