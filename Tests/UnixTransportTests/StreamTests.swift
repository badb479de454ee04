import JSONRPC
import NIOCore
import NIOPosix
import Testing
import UnixTransport

@Suite(.timeLimit(.minutes(1))) struct StreamTests {
  /// As after the handshake.
  private static var limits: ConnectionLimits {
    var limits = ConnectionLimits()
    limits.frameByteLimit = 4_194_304
    return limits
  }

  private static func bytes(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) } }

  @Test func `carries bytes in both directions before the result`() async throws {
    let (client, _) = try await Pair.open(limits: Self.limits) { served in
      do {
        var count = 0
        for try await chunk in served.incoming {
          count += chunk.count
          try await served.outgoing.send(chunk)
        }
        return .result(ByteBuffer(string: "\(count)"))
      } catch {
        return .failure(RPCError(.internal, "\(error)"))
      }
    }
    let sent = Self.bytes(2_500_000)
    let call = await client.start(OutboundCall("a", params: ByteBuffer(string: #"{"stream":true}"#)))
    async let upload: Void = {
      try await call.outgoing.send(sent)
      call.outgoing.finish()
    }()
    var received: [UInt8] = []
    for try await chunk in call.incoming { received += chunk }
    try await upload
    #expect(received == sent)
    #expect(await call.reply() == .result(ByteBuffer(string: "2500000")))
  }

  @Test func `waits for credit at the end of the window`() async throws {
    let scene = try await Scene.open(limits: Self.limits)
    let call = await scene.connection.start(OutboundCall("put", params: ByteBuffer(string: #"{"stream":true}"#)))
    #expect(await scene.peer.next() == #"{"jsonrpc":"2.0","id":1,"method":"put","params":{"stream":true}}"#)
    try await withThrowingTaskGroup { group in
      group.addTask {
        try await call.outgoing.send(Self.bytes(1_048_576 + 10))
        call.outgoing.finish()
      }
      for _ in 0..<16 {
        let chunk = try JSON(parsing: await scene.peer.next() ?? "")
        #expect(chunk["method"] == "$/chunk")
        #expect(chunk["params"]["data"].string?.utf8.count == 87_384)
      }
      // A full window is out: an answer to this overtakes nothing, because nothing may follow.
      try await scene.peer.write(#"{"jsonrpc":"2.0","id":1,"method":"echo"}"#)
      #expect(await scene.peer.next() == #"{"jsonrpc":"2.0","id":1,"result":{}}"#)
      try await scene.peer.write(#"{"jsonrpc":"2.0","method":"$/credit","params":{"id":1,"side":"params","bytes":4}}"#)
      #expect(try JSON(parsing: await scene.peer.next() ?? "")["params"]["data"].string?.utf8.count == 8)
      try await scene.peer.write(#"{"jsonrpc":"2.0","method":"$/credit","params":{"id":1,"side":"params","bytes":65536}}"#)
      #expect(try JSON(parsing: await scene.peer.next() ?? "")["params"]["data"].string?.utf8.count == 8)
      #expect(await scene.peer.next() == #"{"jsonrpc":"2.0","method":"$/chunk","params":{"id":1,"side":"params","end":true}}"#)
      try await group.waitForAll()
    }
  }

  @Test func `returns credit as the consumer takes bytes`() async throws {
    let scene = try await Scene.open(limits: Self.limits)
    let call = await scene.connection.start(OutboundCall("get", params: ByteBuffer(string: "{}")))
    _ = await scene.peer.next()
    try await scene.peer.write(#"{"jsonrpc":"2.0","method":"$/chunk","params":{"id":1,"side":"result","data":"Zm9vYmFy"}}"#)
    let stream = call.incoming.makeAsyncIterator()
    #expect(try await stream.next() == Array("foobar".utf8))
    #expect(await scene.peer.next() == #"{"jsonrpc":"2.0","method":"$/credit","params":{"id":1,"side":"result","bytes":6}}"#)
    try await scene.peer.write(#"{"jsonrpc":"2.0","id":1,"result":{}}"#)
    #expect(try await stream.next() == nil)
  }

  @Test func `ends the connection of a sender ahead of its credit`() async throws {
    let scene = try await Scene.open(limits: Self.limits)
    try await scene.peer.write(#"{"jsonrpc":"2.0","id":1,"method":"hold","params":{"stream":true}}"#)
    let data = String(repeating: "AAAA", count: 16_384)
    for _ in 0..<25 {
      try? await scene.peer.write(#"{"jsonrpc":"2.0","method":"$/chunk","params":{"id":1,"side":"params","data":"\#(data)"}}"#)
    }
    #expect(try await scene.closeReason == .violation("stream of request 1 is ahead of its credit"))
  }

  @Test(arguments: [
    (#"{"id":1,"side":"params","bytes":1}"#, "$/credit", "credit for bytes that request 1 never sent"),
    (#"{"id":7,"side":"result","data":"QQ=="}"#, "$/chunk", "$/chunk for request 7, which was never sent"),
    (#"{"id":1,"side":"params"}"#, "$/chunk", "malformed $/chunk"),
    (#"{"id":1,"side":"other","end":true}"#, "$/chunk", "malformed $/chunk"),
    (#"{"id":1,"side":"result","bytes":-1}"#, "$/credit", "malformed $/credit"),
  ])
  func `ends the connection of a peer that miscounts`(params: String, method: String, text: String) async throws {
    let scene = try await Scene.open(limits: Self.limits)
    async let reply = scene.call("one")
    _ = await scene.peer.next()
    try await scene.peer.write(#"{"jsonrpc":"2.0","method":"\#(method)","params":\#(params)}"#)
    #expect(try await scene.closeReason == .violation(text))
    #expect(await reply.rpcError?.code == .pluginDied)
  }

  @Test func `ignores chunks and credit of a request that is over`() async throws {
    let scene = try await Scene.open(limits: Self.limits)
    async let reply = scene.call("one")
    _ = await scene.peer.next()
    try await scene.peer.write(#"{"jsonrpc":"2.0","id":1,"result":{}}"#)
    #expect(await reply.rpcError == nil)
    try await scene.peer.write(#"{"jsonrpc":"2.0","method":"$/chunk","params":{"id":1,"side":"result","data":"QQ=="}}"#)
    try await scene.peer.write(#"{"jsonrpc":"2.0","method":"$/credit","params":{"id":33,"side":"result","bytes":5}}"#)
    try await scene.peer.write(#"{"jsonrpc":"2.0","id":1,"method":"echo"}"#)
    #expect(await scene.peer.next() == #"{"jsonrpc":"2.0","id":1,"result":{}}"#)
  }

  @Test func `lets calls overtake chunks, but no result its own`() async throws {
    let scene = try await Scene.open(limits: Self.limits)
    try await scene.peer.write(#"{"jsonrpc":"2.0","id":1,"method":"hold"}"#)
    #expect(await scene.heard.first() == "request 1 hold")
    try await scene.peer.channel.setOption(.autoRead, value: false).get()
    let chunk = StreamMessage.chunk(.result, Self.bytes(65_536))
    try await scene.onLoop { connection in
      for _ in 0..<16 { connection.send(chunk, id: 1) }
      connection.reply(1, .result(ByteBuffer(string: #""done""#)))
      connection.call(OutboundCall("urgent", params: ByteBuffer(string: "{}"))) { _ in }
    }
    try await scene.peer.startReading()
    var order: [String] = []
    while order.last != "result", let body = await scene.peer.next() {
      let message = try JSON(parsing: body)
      order.append(message["method"].string ?? "result")
    }
    #expect(order.count { $0 == "$/chunk" } == 16)
    let urgent = try #require(order.firstIndex(of: "urgent"))
    #expect(urgent < 12, "\(order)")
  }

  @Test func `ends streams when the other side gives up`() async throws {
    let (ends, continuation) = AsyncStream.makeStream(of: String.self)
    let (client, _) = try await Pair.open(limits: Self.limits) { served in
      do {
        for try await _ in served.incoming {}
        continuation.yield("finished")
      } catch let error as RPCError {
        continuation.yield("\(error.code.rawValue)")
      } catch {
        continuation.yield("task cancelled")
      }
      return .failure(RPCError(.cancelled, "cancelled"))
    }
    let call = await client.start(OutboundCall("a", params: ByteBuffer(string: #"{"stream":true}"#)))
    try await call.outgoing.send([1, 2, 3])
    call.cancel()
    #expect(await call.reply().rpcError?.code == .cancelled)
    let end = await ends.first()
    #expect(end == "-31004" || end == "task cancelled")
    await #expect(throws: RPCError.self) { try await call.outgoing.send([4]) }
  }
}
