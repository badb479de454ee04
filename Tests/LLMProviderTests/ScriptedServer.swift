import JSONRPC
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization

/// A server of the test's own: answers each request as the script says and remembers what it saw.
final class ScriptedServer: Sendable {
  struct Seen: Sendable {
    let method: String
    let uri: String
    let headers: [String: String]
    let body: JSON
  }

  struct Answer: Sendable {
    var status = 200
    var type = "application/json"
    var headers: [String: String] = [:]
    var chunks: [String] = []
    /// Leaves the answer open after the chunks.
    var hangs = false

    static func json(_ body: JSON, status: Int = 200) -> Answer { Answer(status: status, chunks: [body.text]) }

    /// OpenAI's pieces of a reply.
    static func pieces(_ texts: [String], hangs: Bool = false) -> Answer {
      var chunks = texts.map { text in
        "data: \(JSON.object(["model": "m", "choices": [["index": 0, "delta": ["content": .string(text)]]]]).text)\n\n"
      }
      if !hangs {
        chunks.append("data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n")
      }
      return Answer(type: "text/event-stream", chunks: chunks, hangs: hangs)
    }

    static func reply(_ text: String, usage: JSON = ["prompt_tokens": 10, "completion_tokens": 5]) -> Answer {
      .json(["model": "m", "choices": [["message": ["content": .string(text)], "finish_reason": "stop"]], "usage": usage])
    }
  }

  private struct State {
    /// The first of them.
    var seen: [Seen] = []
    var count = 0
    /// Connections the client closed while an answer hung.
    var abandoned = 0
  }

  private let state = Mutex(State())
  let channel: any Channel

  var port: Int { channel.localAddress?.port ?? 0 }
  var seen: [Seen] { state.withLock { $0.seen } }
  var abandoned: Int { state.withLock { $0.abandoned } }

  private init(_ channel: any Channel) { self.channel = channel }

  /// Runs one beside the body.
  static func with(
    tls: NIOSSLContext? = nil, isProxy: Bool = false, _ script: @escaping @Sendable (Seen, _ number: Int) -> Answer,
    _ body: (ScriptedServer) async throws -> Void
  ) async throws {
    let holder = Mutex<ScriptedServer?>(nil)
    let shared = Holder(holder: holder)
    let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
          if isProxy { return try channel.pipeline.syncOperations.addHandler(Tunnel(shared, script)) }
          try channel.pipeline.syncOperations.configureHTTPServerPipeline()
          try channel.pipeline.syncOperations.addHandler(Handler(shared, script))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    let server = ScriptedServer(channel)
    shared.holder.withLock { $0 = server }
    do {
      try await body(server)
    } catch {
      try? await channel.close()
      throw error
    }
    try await channel.close()
  }

  private final class Holder: Sendable {
    let holder: Mutex<ScriptedServer?>
    init(holder: consuming sending Mutex<ScriptedServer?>) { self.holder = holder }
    var server: ScriptedServer? { holder.withLock { $0 } }
  }

  /// A proxy that answers in the place of every server behind it.
  private final class Tunnel: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let holder: Holder
    private let script: @Sendable (Seen, Int) -> Answer
    private var head = ""

    init(_ holder: Holder, _ script: @escaping @Sendable (Seen, Int) -> Answer) {
      self.holder = holder
      self.script = script
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      head += String(buffer: unwrapInboundIn(data))
      guard head.hasSuffix("\r\n\r\n") else { return }
      let lines = head.split(separator: "\r\n").map(String.init)
      let headers = lines.dropFirst().map { $0.split(separator: ": ", maxSplits: 1).map(String.init) }.filter { $0.count == 2 }
      let first = lines[0].split(separator: " ").map(String.init)
      let seen = Seen(
        method: first[0], uri: first[1], headers: Dictionary(headers.map { ($0[0].lowercased(), $0[1]) }) { _, last in last }, body: .null)
      holder.server?.state.withLock { $0.seen.append(seen) }
      context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: "HTTP/1.1 200 OK\r\n\r\n")), promise: nil)
      let pipeline = context.channel.pipeline.syncOperations
      do {
        try pipeline.configureHTTPServerPipeline()
        try pipeline.addHandler(Handler(holder, script))
        _ = pipeline.removeHandler(self)
      } catch {
        context.fireErrorCaught(error)
      }
    }
  }

  private final class Handler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let holder: Holder
    private let script: @Sendable (Seen, Int) -> Answer
    private var head: HTTPRequestHead?
    private var body: [UInt8] = []
    private var isHanging = false

    init(_ holder: Holder, _ script: @escaping @Sendable (Seen, Int) -> Answer) {
      self.holder = holder
      self.script = script
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      switch unwrapInboundIn(data) {
      case .head(let head):
        self.head = head
        body = []
      case .body(let buffer): body += buffer.readableBytesView
      case .end: answer(context)
      }
    }

    func channelInactive(context: ChannelHandlerContext) {
      if isHanging { holder.server?.state.withLock { $0.abandoned += 1 } }
    }

    private func answer(_ context: ChannelHandlerContext) {
      guard let head, let server = holder.server else { return }
      let headers = Dictionary(head.headers.map { ($0.name.lowercased(), $0.value) }) { _, last in last }
      let seen = Seen(method: head.method.rawValue, uri: head.uri, headers: headers, body: (try? JSON(parsing: body)) ?? .null)
      let number = server.state.withLock { state in
        state.count += 1
        if state.seen.count < 1000 { state.seen.append(seen) }
        return state.count
      }
      let answer = script(seen, number)
      var fields = HTTPHeaders(answer.headers.map { ($0.key, $0.value) })
      fields.replaceOrAdd(name: "content-type", value: answer.type)
      fields.replaceOrAdd(name: "transfer-encoding", value: "chunked")
      context.write(
        wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: .init(statusCode: answer.status), headers: fields))), promise: nil
      )
      for chunk in answer.chunks { context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: chunk)))), promise: nil) }
      isHanging = answer.hangs
      if !answer.hangs { context.write(wrapOutboundOut(.end(nil)), promise: nil) }
      context.flush()
    }
  }
}
