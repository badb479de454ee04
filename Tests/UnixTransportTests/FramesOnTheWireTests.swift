import JSONRPC
import NIOCore
import Testing
import UnixTransport

@Suite(.timeLimit(.minutes(1))) struct FramesOnTheWireTests {
  private static let echo = #"{"jsonrpc":"2.0","id":1,"method":"echo","params":{"a":[1,2.50]}}"#
  private static let answer = #"{"jsonrpc":"2.0","id":1,"result":{"a":[1,2.50]}}"#

  @Test func `answers a request that arrives byte by byte`() async throws {
    let scene = try await Scene.open()
    for byte in RawPeer.frame(Self.echo) { try await scene.peer.write([byte]) }
    #expect(await scene.peer.next() == Self.answer)
  }

  @Test func `answers requests cut at any place`() async throws {
    let scene = try await Scene.open()
    let bytes = RawPeer.frame(Self.echo) + RawPeer.frame(Self.echo)
    for cut in 0...bytes.count {
      try await scene.peer.write(Array(bytes[..<cut]))
      try await scene.peer.write(Array(bytes[cut...]))
      #expect(await scene.peer.next() == Self.answer)
      #expect(await scene.peer.next() == Self.answer)
    }
  }

  @Test func `passes a body of several megabytes`() async throws {
    let scene = try await Scene.open()
    await scene.connection.setFrameLimit(4_194_304)
    let text = String(repeating: "0123456789", count: 400_000)
    try await scene.peer.write(#"{"jsonrpc":"2.0","id":1,"method":"echo","params":{"a":"\#(text)"}}"#)
    #expect(await scene.peer.next() == #"{"jsonrpc":"2.0","id":1,"result":{"a":"\#(text)"}}"#)
  }

  @Test(arguments: [
    ([0, 0, 0, 0], CloseReason.frame(.empty), "frame of 0 bytes"),
    ([0xFF, 0xFF, 0xFF, 0xFF], .frame(.tooLong(byteCount: 4_294_967_295, limit: 65_536)), "frame of 4294967295 bytes, limit 65536"),
    (
      Array("GET / HTTP/1.1\r\n\r\n".utf8), .frame(.tooLong(byteCount: 0x4745_5420, limit: 65_536)),
      "frame of 1195725856 bytes, limit 65536"
    ),
    (
      RawPeer.frame("garbage"), .envelope(.notAnObject), "a frame must hold one JSON object"
    ),
    (
      RawPeer.frame(#"{"jsonrpc":"2.0","id":1,"id":2,"method":"a"}"#), .envelope(.duplicateMember("id")), "member id occurs twice"
    ),
    (
      RawPeer.frame(#"{"jsonrpc":"2.0","id":9,"result":{}}"#), .violation("answer to request 9, which was never sent"),
      "answer to request 9, which was never sent"
    ),
    (
      RawPeer.frame(#"{"jsonrpc":"2.0","id":1,"method":"hold"}"#) + RawPeer.frame(#"{"jsonrpc":"2.0","id":1,"method":"hold"}"#),
      .violation("request id 1 is already open"), "request id 1 is already open"
    ),
    (
      RawPeer.frame(#"{"jsonrpc":"2.0","method":"$/cancel","params":{"id":"x"}}"#), .violation("$/cancel without an id"),
      "$/cancel without an id"
    ),
    (
      RawPeer.frame(#"{"jsonrpc":"2.0","method":"$/chunk","params":{"id":1,"side":"params","data":"?"}}"#), .violation("malformed $/chunk"),
      "malformed $/chunk"
    ),
  ])
  func `ends the connection with the reason`(bytes: [UInt8], reason: CloseReason, text: String) async throws {
    let scene = try await Scene.open()
    try await scene.peer.write(bytes)
    #expect(try await scene.closeReason == reason)
    #expect(reason.description == text)
    #expect(reason.isFaultOfPeer)
    #expect(await scene.peer.next() == nil)
  }

  @Test func `answers in the name of the request that is too large`() async throws {
    let scene = try await Scene.open()
    try await scene.peer.write(#"{"jsonrpc":"2.0","id":1,"method":"big"}"#)
    #expect(
      await scene.peer.next()
        == #"{"jsonrpc":"2.0","id":1,"error":{"code":-31007,"message":"result of 70002 bytes, limit 65536"}}"#)
    try await scene.peer.write(#"{"jsonrpc":"2.0","id":2,"method":"echo"}"#)
    #expect(await scene.peer.next() == #"{"jsonrpc":"2.0","id":2,"result":{}}"#)
  }

  @Test func `answers once`() async throws {
    let scene = try await Scene.open()
    try await scene.peer.write(#"{"jsonrpc":"2.0","id":1,"method":"twice"}"#)
    try await scene.peer.write(#"{"jsonrpc":"2.0","id":2,"method":"echo"}"#)
    #expect(await scene.peer.next() == #"{"jsonrpc":"2.0","id":1,"result":1}"#)
    #expect(await scene.peer.next() == #"{"jsonrpc":"2.0","id":2,"result":{}}"#)
  }

  @Test func `refuses requests past its limit and serves on`() async throws {
    var limits = ConnectionLimits()
    limits.inboundRequestLimit = 2
    let scene = try await Scene.open(limits: limits)
    for id in 1...3 { try await scene.peer.write(#"{"jsonrpc":"2.0","id":\#(id),"method":"hold"}"#) }
    let refusal = try JSON(parsing: await scene.peer.next() ?? "")
    #expect(refusal["id"].int == 3)
    #expect(refusal["error"]["code"].int == -31005)
    #expect(refusal["error"]["data"]["retry_after_ms"].int == 100)
    #expect(await scene.heard.first() == "request 1 hold")
    scene.connection.reply(1, .result(ByteBuffer(string: "{}")))
    #expect(await scene.peer.next() == #"{"jsonrpc":"2.0","id":1,"result":{}}"#)
  }

  @Test func `hands on notifications and cancels of open requests`() async throws {
    let scene = try await Scene.open()
    try await scene.peer.write(#"{"jsonrpc":"2.0","method":"$/cancel","params":{"id":5}}"#)
    try await scene.peer.write(#"{"jsonrpc":"2.0","method":"storage.committed","params":{"events":[]}}"#)
    try await scene.peer.write(#"{"jsonrpc":"2.0","id":5,"method":"hold"}"#)
    try await scene.peer.write(#"{"jsonrpc":"2.0","method":"$/cancel","params":{"id":5}}"#)
    var heard: [String] = []
    for await word in scene.heard.prefix(3) { heard.append(word) }
    #expect(heard == [#"note storage.committed {"events":[]}"#, "request 5 hold", "cancel 5"])
    scene.connection.reply(5, .failure(RPCError(.cancelled, "cancelled")))
    #expect(await scene.peer.next() == #"{"jsonrpc":"2.0","id":5,"error":{"code":-31004,"message":"cancelled"}}"#)
  }

  @Test func `ends when the peer never reads`() async throws {
    var limits = ConnectionLimits()
    limits.queuedByteLimit = 1 << 20
    let scene = try await Scene.open(limits: limits, peerReads: false)
    let big = ByteBuffer(string: #"{"a":"\#(String(repeating: "x", count: 60_000))"}"#)
    for _ in 0..<200 {
      scene.connection.eventLoop.execute { scene.connection.call(OutboundCall("a", params: big)) { _ in } }
    }
    guard case .peerNotReading(let count) = try await scene.closeReason else {
      Issue.record("another reason")
      return
    }
    #expect(count > 1 << 20 && count < 2 << 20)
  }
}
