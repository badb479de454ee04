import JSONRPC
import NIOCore
import Sandbox
import Synchronization

/// Everything one process of the candidate said, and the first rule it broke.
final class Transcript: Sendable {
  struct Reply: Sendable {
    /// The whole message.
    let message: JSON
    /// Its place among all messages that came.
    let place: Int
  }

  struct Notification: Sendable {
    let method: String
    let params: JSON
  }

  struct ResultStream: Sendable {
    var bytes: [UInt8] = []
    /// How many bytes we gave credit for.
    var credit = 0
  }

  struct Upload: Sendable {
    var sent = 0
    /// How many bytes the candidate gave credit for.
    var credit = 0
  }

  struct State: Sendable {
    var lastID: Int64 = 0
    /// What was written last; set through ``sends(_:)``.
    private(set) var lastSent = "nothing"
    /// How many replies had come when it was written.
    private(set) var replyCountBefore = 0
    var replies: [Int64: Reply] = [:]
    var notifications: [Notification] = []
    var messageCount = 0
    /// The streams of results, by request.
    var streams: [Int64: ResultStream] = [:]
    /// The streams of params, by request.
    var uploads: [Int64: Upload] = [:]
    /// What in its bytes or messages no plugin may send.
    var fault: String?
    /// Its end of the socket is closed.
    var hasHungUp = false
    var exit: TerminationStatus?
    /// How many of stdout and stderr may still hold something unread.
    var openOutputs = 0
    fileprivate var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
    fileprivate var lastWaiter = 0
    fileprivate var version = 0
  }

  private let state = Mutex(State())
  private let eventLoop: any EventLoop

  init(on eventLoop: any EventLoop) { self.eventLoop = eventLoop }

  func read<T: Sendable>(_ body: (State) -> T) -> T { state.withLock { body($0) } }

  /// Changes it and wakes who waits for a change.
  func change<T: Sendable>(_ body: (inout State) -> T) -> T {
    let (result, woken) = state.withLock { state in
      let result = body(&state)
      state.version += 1
      defer { state.waiters = [:] }
      return (result, Array(state.waiters.values))
    }
    for waiter in woken { waiter.resume() }
    return result
  }

  /// Waits until there is what is looked for.
  ///
  /// - Returns: nil when there is not within that time.
  func wait<T: Sendable>(within time: Duration, for find: (State) -> T?) async -> T? {
    let deadline = ContinuousClock.now + time
    while true {
      let (found, version) = state.withLock { (find($0), $0.version) }
      if let found { return found }
      guard ContinuousClock.now < deadline else { return nil }
      await changed(since: version, before: deadline)
    }
  }

  private func changed(since version: Int, before deadline: ContinuousClock.Instant) async {
    await withCheckedContinuation { continuation in
      let waiter = state.withLock { state -> Int? in
        guard state.version == version else { return nil }
        state.lastWaiter += 1
        state.waiters[state.lastWaiter] = continuation
        return state.lastWaiter
      }
      guard let waiter else { return continuation.resume() }
      let time = TimeAmount.nanoseconds(Int64((deadline - .now) / .nanoseconds(1)))
      eventLoop.scheduleTask(in: max(time, .zero)) {
        self.state.withLock { $0.waiters.removeValue(forKey: waiter) }?.resume()
      }
    }
  }
}

extension Transcript {
  /// Takes one frame's body.
  ///
  /// - Returns: the id of a request, which wants an answer.
  func receive(_ body: [UInt8]) -> Int64? {
    change { state in
      state.messageCount += 1
      let envelope: Envelope
      let message: JSON
      do {
        envelope = try EnvelopeScanner.scan(body.span)
        message = try JSON(parsing: body)
      } catch {
        state.note("\(error): \(Shown.text(body))")
        return nil
      }
      switch envelope.kind {
      case .request(let id): return id
      case .notification: state.take(notification: envelope.method, message["params"])
      case .result(let id), .error(let id): state.take(message, for: id)
      }
      return nil
    }
  }

  func note(_ fault: String) { change { $0.note(fault) } }
}

extension Transcript.State {
  /// Something is about to be written: what comes from now on may be meant by it.
  mutating func sends(_ text: String) {
    lastSent = text
    replyCountBefore = replies.count
  }

  fileprivate mutating func note(_ text: String) { fault = fault ?? text }

  fileprivate mutating func take(_ message: JSON, for id: Int64) {
    if id > lastID { return note("an answer to request \(id), which was never sent: \(Shown.text(message))") }
    if replies[id] != nil { return note("a second answer to request \(id): \(Shown.text(message))") }
    replies[id] = Transcript.Reply(message: message, place: messageCount)
  }

  fileprivate mutating func take(notification method: String, _ params: JSON) {
    notifications.append(Transcript.Notification(method: method, params: params))
    guard method == "$/chunk" || method == "$/credit" else { return }
    let shown = "\(method) \(Shown.text(params))"
    guard let id = params["id"].int, (1...lastID).contains(id) else { return note("\(shown), about a request that was never sent") }
    switch (method, params["side"]) {
    case ("$/chunk", "result"): take(chunk: params, id, shown)
    case ("$/credit", "params"):
      guard let count = params["bytes"].int, count > 0 else { return note("\(shown), without bytes") }
      uploads[id, default: .init()].credit += Int(clamping: count)
      if let upload = uploads[id], upload.credit > upload.sent { note("\(shown), for bytes that were never sent") }
    default: note("\(shown), for the wrong side")
    }
  }

  private mutating func take(chunk params: JSON, _ id: Int64, _ shown: String) {
    if replies[id] != nil { return note("\(shown), behind the answer") }
    if params["end"] == true { return }
    guard let bytes = params["data"].string.flatMap(Base64.bytes) else { return note("\(shown), not canonical base64") }
    guard bytes.count <= Playing.chunkByteLimit else { return note("a chunk of \(bytes.count) bytes, limit \(Playing.chunkByteLimit)") }
    streams[id, default: .init()].bytes += bytes
    guard let stream = streams[id] else { return }
    let ahead = stream.bytes.count - stream.credit
    if ahead > Playing.windowByteCount { note("a stream that is \(ahead) bytes ahead of its credit, limit \(Playing.windowByteCount)") }
  }
}

/// Messages as a verdict shows them.
enum Shown {
  private static let byteLimit = 240

  static func text(_ json: JSON) -> String { text(json.bytes) }

  /// Readable bytes as text, others in hexadecimal; the end of long ones is left out.
  static func text(_ bytes: [UInt8]) -> String {
    let shown = bytes.prefix(byteLimit)
    let rest = bytes.count > byteLimit ? "… (\(bytes.count) bytes)" : ""
    if let text = String(validating: shown, as: UTF8.self), !text.utf8.contains(where: { $0 < 0x20 }) { return text + rest }
    return hex(Array(shown)) + rest
  }

  static func hex(_ bytes: [UInt8]) -> String {
    var out: [UInt8] = []
    for byte in bytes { Hex.append(byte, to: &out) }
    return String(decoding: out, as: UTF8.self)
  }
}
