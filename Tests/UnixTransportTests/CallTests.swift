import JSONRPC
import NIOCore
import NIOPosix
import Testing
import UnixTransport

@Suite(.timeLimit(.minutes(1))) struct CallTests {
  @Test func `matches answers that come in another order`() async throws {
    let scene = try await Scene.open()
    async let first = scene.call("one")
    #expect(await scene.peer.next() == #"{"jsonrpc":"2.0","id":1,"method":"one","params":{}}"#)
    async let second = scene.call("two")
    #expect(await scene.peer.next() == #"{"jsonrpc":"2.0","id":2,"method":"two","params":{}}"#)
    try await scene.peer.write(#"{"jsonrpc":"2.0","id":2,"result":"second"}"#)
    #expect(await second == .result(ByteBuffer(string: #""second""#)))
    try await scene.peer.write(#"{"jsonrpc":"2.0","id":1,"error":{"code":-32603,"message":"no"}}"#)
    #expect(await first.rpcError == RPCError(.internal, "no"))
  }

  @Test func `stops waiting at the deadline, tells the peer, and ignores its late answer`() async throws {
    let scene = try await Scene.open()
    async let reply = scene.call("slow", deadline: .now() + .milliseconds(1))
    #expect(await scene.peer.next() == #"{"jsonrpc":"2.0","id":1,"method":"slow","params":{}}"#)
    #expect(await scene.peer.next() == #"{"jsonrpc":"2.0","method":"$/cancel","params":{"id":1}}"#)
    #expect(await reply.rpcError?.code == .deadline)
    #expect(try await scene.onLoop { ($0.pendingCount, $0.unansweredCount) } == (0, 1))
    try await scene.peer.write(#"{"jsonrpc":"2.0","id":1,"result":{}}"#)
    try await scene.peer.write(#"{"jsonrpc":"2.0","id":1,"result":{}}"#)
    try await scene.peer.write(#"{"jsonrpc":"2.0","id":1,"method":"echo"}"#)
    #expect(await scene.peer.next() == #"{"jsonrpc":"2.0","id":1,"result":{}}"#)
    #expect(try await scene.onLoop { ($0.unansweredCount, $0.metrics.repliesLate) } == (0, 2))
  }

  @Test func `each call ends at its own deadline, whichever was made first`() async throws {
    let scene = try await Scene.open()
    let now = NIODeadline.now()
    async let never = scene.call("never", deadline: now + .hours(1))
    #expect(await scene.peer.next() == #"{"jsonrpc":"2.0","id":1,"method":"never","params":{}}"#)
    async let later = scene.call("later", deadline: now + .milliseconds(40))
    async let sooner = scene.call("sooner", deadline: now + .milliseconds(20))
    #expect(await [sooner.rpcError?.code, later.rpcError?.code] == [.deadline, .deadline])
    #expect(try await scene.onLoop { $0.pendingCount } == 1)
    try await scene.peer.write(#"{"jsonrpc":"2.0","id":1,"result":{}}"#)
    #expect(await never == .result(ByteBuffer(string: "{}")))
  }

  @Test func `cancels the call with its task`() async throws {
    let scene = try await Scene.open()
    await withTaskGroup(of: Reply.self) { group in
      group.addTask { await scene.call("slow") }
      #expect(await scene.peer.next() == #"{"jsonrpc":"2.0","id":1,"method":"slow","params":{}}"#)
      group.cancelAll()
      #expect(await group.next()?.rpcError?.code == .cancelled)
    }
    #expect(await scene.peer.next() == #"{"jsonrpc":"2.0","method":"$/cancel","params":{"id":1}}"#)
  }

  @Test func `sends nothing for a task cancelled before`() async throws {
    let scene = try await Scene.open()
    await withTaskGroup(of: Reply.self) { group in
      group.cancelAll()
      group.addTask { await scene.call("never") }
      #expect(await group.next()?.rpcError?.code == .cancelled)
    }
    #expect(try await scene.onLoop { $0.metrics.callsSent } == 0)
  }

  @Test func `finishes every call once when answers and cancels race`() async throws {
    let (client, _) = try await Pair.open { request in .result(request.request.params) }
    let outcomes = await withTaskGroup(of: RPCError.Code?.self) { group in
      for index in 0..<2_000 {
        group.addTask {
          await withTaskGroup(of: Reply.self) { inner in
            inner.addTask { await client.call(OutboundCall("a", params: ByteBuffer(string: "{}"))) }
            if index.isMultiple(of: 2) { await Task.yield() }
            inner.cancelAll()
            return await inner.next()?.rpcError?.code
          }
        }
      }
      return await group.reduce(into: [:]) { $0[$1, default: 0] += 1 }
    }
    #expect(outcomes.values.reduce(0, +) == 2_000)
    #expect(Set(outcomes.keys).isSubset(of: [nil, .cancelled, .overloaded]))
    #expect(await client.call(OutboundCall("a", params: ByteBuffer(string: "{}"))) == .result(ByteBuffer(string: "{}")))
    // Answers to cancelled calls may still be under way; the suite's time limit ends this when one never comes.
    while try await client.eventLoop.submit({ client.unansweredCount }).get() > 0 {
      #expect(await client.call(OutboundCall("a", params: ByteBuffer(string: "{}"))).rpcError == nil)
    }
  }

  @Test func `holds ten thousand calls at once`() async throws {
    var limits = ConnectionLimits()
    limits.inboundRequestLimit = 10_000
    limits.outboundCallLimit = 10_000
    let gate = Gate(count: 10_000)
    let (client, _) = try await Pair.open(limits: limits) { served in
      await gate.arrive()
      return .result(served.request.params)
    }
    let deadline = NIODeadline.now() + .seconds(50)
    let right = await withTaskGroup { group in
      for index in 0..<10_000 {
        group.addTask {
          let params = ByteBuffer(string: #"{"n":\#(index)}"#)
          return await client.call(OutboundCall("a", params: params, deadline: deadline)) == .result(params)
        }
      }
      return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
    }
    #expect(right == 10_000)
  }

  @Test func `refuses calls past its limit without sending them`() async throws {
    var limits = ConnectionLimits()
    limits.outboundCallLimit = 1
    let scene = try await Scene.open(limits: limits)
    async let first = scene.call("one")
    _ = await scene.peer.next()
    let second = await scene.call("two")
    #expect(second.rpcError?.code == .overloaded)
    #expect(second.rpcError?.data["delivered"] == "no")
    try await scene.peer.write(#"{"jsonrpc":"2.0","id":1,"result":{}}"#)
    #expect(await first.rpcError == nil)
  }

  @Test func `refuses a request that is too large`() async throws {
    let scene = try await Scene.open()
    let reply = await scene.call("a", "\"" + String(repeating: "x", count: 65_536) + "\"")
    #expect(reply.rpcError?.code == .frameTooLarge)
  }

  @Test func `fails open calls at end of file`() async throws {
    let scene = try await Scene.open()
    async let reply = scene.call("one")
    _ = await scene.peer.next()
    try await scene.peer.close()
    #expect(await reply.rpcError?.code == .pluginDied)
    #expect(await reply.rpcError?.data["delivered"] == "maybe")
    #expect(try await scene.closeReason == .endOfFile)
    #expect(await scene.heard.first() == "closed")
    let late = await scene.call("two")
    #expect(late.rpcError?.code == .unavailable)
    #expect(late.rpcError?.data["delivered"] == "no")
  }

  @Test func `reports progress of a call`() async throws {
    let (client, _) = try await Pair.open { served in
      served.connection.progress(served.request.id, ByteBuffer(string: #"{"done":1}"#))
      return .result(ByteBuffer(string: "{}"))
    }
    let (seen, continuation) = AsyncStream.makeStream(of: String.self)
    let call = await client.start(OutboundCall("a", params: ByteBuffer(string: "{}"))) { continuation.yield(String(buffer: $0)) }
    #expect(await call.reply().rpcError == nil)
    #expect(await seen.first() == #"{"done":1}"#)
  }
}

/// Two connections, each other's peers.
enum Pair {
  static func open(
    limits: ConnectionLimits = ConnectionLimits(), serve: @escaping @Sendable (ServedRequest) async -> Reply
  ) async throws -> (client: Connection, server: Connection) {
    let (mine, theirs) = try makeSocketPair()
    let group = MultiThreadedEventLoopGroup.singleton
    let server = try await Connection.open(descriptor: theirs, on: group.next(), limits: limits) { TaskServer($0, handle: serve) }
    let client = try await Connection.open(descriptor: mine, on: group.next(), limits: limits) {
      TaskServer($0, handle: { _ in .failure(RPCError(.methodNotFound, "")) })
    }
    return (client, server)
  }
}

/// Opens when a number of tasks have arrived.
actor Gate {
  private let count: Int
  private var waiting: [CheckedContinuation<Void, Never>] = []

  init(count: Int) { self.count = count }

  func arrive() async {
    guard waiting.count + 1 < count else {
      for continuation in waiting { continuation.resume() }
      waiting = []
      return
    }
    await withCheckedContinuation { waiting.append($0) }
  }
}

extension Scene {
  func onLoop<T: Sendable>(_ read: @escaping @Sendable (Connection) -> T) async throws -> T {
    try await connection.eventLoop.submit { read(connection) }.get()
  }
}
