import JSONRPC
import Logging
import NIOCore
import NIOPosix
import PluginProtocol
import Sandbox
import Supervisor

/// One process of the candidate and the host's side of what is said with it.
final class Trial: Sendable {
  let candidate: Candidate
  let transcript: Transcript
  /// What it wrote to stdout and stderr.
  let output: OutputHistory
  /// Its `$STATE`.
  let state: String
  private let channel: any Channel
  private let handler: NIOLoopBound<WireHandler>

  private enum Ending<T: Sendable>: Sendable { case found(T), fault(String), hungUp }

  enum Answer: Sendable {
    case result(JSON)
    case failure(RPCError)
  }

  init(_ candidate: Candidate, state: String, process: any PluginProcess) async throws {
    self.candidate = candidate
    self.state = state
    output = OutputHistory()
    let eventLoop = MultiThreadedEventLoopGroup.singleton.next()
    let transcript = Transcript(on: eventLoop)
    let opened = eventLoop.makePromise(of: NIOLoopBound<WireHandler>.self)
    channel = try await ClientBootstrap(group: eventLoop)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let handler = WireHandler(transcript)
          try channel.pipeline.syncOperations.addHandler(handler)
          opened.succeed(NIOLoopBound(handler, eventLoop: channel.eventLoop))
        }
      }
      .withConnectedSocket(process.takeSocket()).get()
    self.transcript = transcript
    handler = try await opened.futureResult.get()
    let quiet = Logger(label: "conformance") { _ in SwiftLogNoOpLogHandler() }
    for (stream, descriptor) in [("stdout", process.takeOutput()), ("stderr", process.takeErrors())] {
      let sink = OutputReader.Sink(stream: stream, incarnation: 1, tail: OutputTail(), history: output, logger: quiet)
      let pipe = try await OutputReader.open(descriptor, on: eventLoop, to: sink)
      transcript.change { $0.openOutputs += 1 }
      pipe.closeFuture.whenComplete { _ in transcript.change { $0.openOutputs -= 1 } }
    }
  }

  // MARK: - Sending

  /// Writes bytes as they are.
  func write(_ bytes: [UInt8], shownAs text: String? = nil) {
    transcript.change { $0.sends(text ?? Shown.text(bytes)) }
    channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil)
  }

  /// Writes the pieces of a frame, with a pause behind each so that it is read by itself: nothing tells when that has happened.
  func write(inPieces pieces: [[UInt8]]) async throws {
    let handler = handler
    try await channel.eventLoop.submit { handler.value.isMidFrame = true }.get()
    for piece in pieces {
      write(piece)
      try await Task.sleep(for: .milliseconds(5))
    }
    try await channel.eventLoop.submit { handler.value.isMidFrame = false }.get()
  }

  /// Writes whole frames in one go.
  func write(frames bodies: [UInt8]...) { write(bodies.flatMap(Self.frame), shownAs: bodies.map(Shown.text).joined(separator: "  ")) }

  static func frame(_ body: [UInt8]) -> [UInt8] {
    let count = UInt32(truncatingIfNeeded: body.count)
    return [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: count >> $0) } + body
  }

  /// A request's body under the next id.
  func prepare(_ method: String, _ params: JSON = [:], meta: JSONObject = [:]) -> (id: Int64, body: [UInt8]) {
    let id = transcript.change { state -> Int64 in
      state.lastID += 1
      return state.lastID
    }
    var message: JSONObject = ["jsonrpc": "2.0", "id": .int(id), "method": .string(method)]
    if !meta.isEmpty { message["meta"] = .object(meta) }
    message["params"] = params
    return (id, JSON.object(message).bytes)
  }

  @discardableResult
  func request(_ method: String, _ params: JSON = [:], meta: JSONObject = [:]) -> Int64 {
    let (id, body) = prepare(method, params, meta: meta)
    write(frames: body)
    return id
  }

  func notify(_ method: String, _ params: JSON) { write(frames: Self.notification(method, params)) }

  static func notification(_ method: String, _ params: JSON) -> [UInt8] {
    JSON.object(["jsonrpc": "2.0", "method": .string(method), "params": params]).bytes
  }

  /// Closes our end, as a host that dies.
  func hangUp() async { try? await channel.close() }

  /// From now on frames may be as long as `max_frame` allows.
  func raiseFrameLimit() async throws {
    let handler = handler
    try await channel.eventLoop.submit { handler.value.decoder.byteLimit = Playing.frameByteLimit }.get()
  }

  // MARK: - Waiting

  /// Waits for something that must come.
  ///
  /// - Throws: ``Disproof`` when the candidate breaks a rule, hangs up or lets the time pass before that.
  func expect<T: Sendable>(_ what: String, _ find: @escaping @Sendable (Transcript.State) -> T?) async throws -> T {
    let ending = await transcript.wait(within: candidate.patience) { state -> Ending<T>? in
      if let fault = state.fault { return .fault(fault) }
      if let found = find(state) { return .found(found) }
      return state.hasHungUp ? .hungUp : nil
    }
    switch ending {
    case .found(let found): return found
    case .fault(let fault): throw Disproof(expected: what, came: fault)
    case .hungUp: throw Disproof(expected: what, came: await lastWords())
    case nil: throw Disproof(expected: what, came: "nothing within \(candidate.patience)")
    }
  }

  func answer(to id: Int64) async throws -> Answer {
    let message = try await expect("an answer to request \(id)") { $0.replies[id]?.message }
    guard !message["error"].isNull else { return .result(message["result"]) }
    let error = RPCError(json: message["error"])
    let text = message["error"]["message"].string ?? ""
    guard message["error"]["code"].int != nil, !text.isEmpty, !text.contains(where: \.isNewline),
      message["error"]["data"].isNull || message["error"]["data"].object != nil
    else {
      throw Disproof(
        expected: "an error with code, message (one line) and, if at all, data (an object): section 2.4", came: Shown.text(message))
    }
    return .failure(error)
  }

  /// Calls and wants a result.
  func result(_ method: String, _ params: JSON = [:], meta: JSONObject = [:]) async throws -> JSON {
    switch try await answer(to: request(method, params, meta: meta)) {
    case .result(let result): return result
    case .failure(let error): throw Disproof(expected: "a result of \(method)", came: Shown.text(error.json))
    }
  }

  /// Calls and wants an error with this code.
  @discardableResult
  func refusal(_ code: RPCError.Code, _ method: String, _ params: JSON = [:], meta: JSONObject = [:]) async throws -> RPCError {
    try await refusal(code, of: request(method, params, meta: meta))
  }

  @discardableResult
  func refusal(_ code: RPCError.Code, of id: Int64) async throws -> RPCError {
    switch try await answer(to: id) {
    case .failure(let error) where error.code == code: return error
    case .failure(let error): throw Disproof(expected: "error \(code.rawValue)", came: Shown.text(error.json))
    case .result(let result): throw Disproof(expected: "error \(code.rawValue)", came: "the result \(Shown.text(result))")
    }
  }

  /// It serves: a ping is answered with an empty object.
  func pings() async throws {
    let result = try await result("$/ping")
    try require(result.object != nil, "{} for $/ping", result)
  }

  /// Its end of the connection must close, and no answer to what was written last may come before that.
  func mustHangUp() async throws {
    let what = "the end of the connection, and no answer before it"
    let heard = await transcript.wait(within: candidate.patience) { state -> String? in
      if let fault = state.fault { return fault }
      if state.replies.count > state.replyCountBefore { return "another answer" }
      return state.hasHungUp ? "" : nil
    }
    guard let heard else { throw Disproof(expected: what, came: "nothing within \(candidate.patience); the connection is still open") }
    guard heard.isEmpty else { throw Disproof(expected: what, came: heard) }
  }

  /// The process must end.
  @discardableResult
  func mustExit() async throws -> TerminationStatus {
    guard let exit = await transcript.wait(within: candidate.patience, for: { $0.exit }) else {
      throw Disproof(expected: "the end of the process", came: "it still runs after \(candidate.patience)")
    }
    return exit
  }

  private func lastWords() async -> String {
    // The process ends right after its connection, if at all.
    let exit = await transcript.wait(within: .seconds(1)) { $0.exit }
    let last = output.lines(after: output.start(ofLast: 1), limit: 1).first
    return "the end of the connection" + (exit.map { ", \($0)" } ?? "") + (last.map { "; it wrote: \($0.text)" } ?? "")
  }

  /// - Throws: ``Disproof`` unless the condition holds.
  func require(_ condition: Bool, _ expected: @autoclosure () -> String, _ came: @autoclosure () -> JSON) throws {
    guard condition else { throw Disproof(expected: expected(), came: Shown.text(came())) }
  }
}
