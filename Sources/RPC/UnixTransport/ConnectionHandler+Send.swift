import JSONRPC
import NIOCore

extension ConnectionHandler {
  /// - Returns: the id, or nil when the call failed at once; then `events` has been told.
  func call(_ call: OutboundCall, _ events: @escaping (CallEvent) -> Void) -> Int64? {
    if let refusal = refusal(of: call) {
      events(.finished(.failure(refusal)))
      return nil
    }
    let id = calls.nextID()
    metrics.callsSent += 1
    calls[id] = CallTable.Call(events: events, deadline: call.deadline)
    if let deadline = call.deadline { watch(deadline) }
    write(.request(id: id, method: call.method, meta: call.meta), call.params)
    return id
  }

  private func refusal(of call: OutboundCall) -> RPCError? {
    let untouched: JSON = ["retryable": true, "delivered": "no"]
    guard isOpen else { return RPCError(.unavailable, "connection closed", data: untouched) }
    guard calls.unansweredCount < limits.outboundCallLimit else {
      return RPCError(
        .overloaded, "more than \(limits.outboundCallLimit) calls at once",
        data: ["retryable": true, "delivered": "no", "retry_after_ms": 100])
    }
    let byteCount = call.params.readableBytes + (call.meta?.count ?? 0) + call.method.utf8.count + Self.envelopeByteCount
    guard byteCount <= reader.decoder.byteLimit else {
      return RPCError(
        .frameTooLarge, "request of \(byteCount) bytes, limit \(reader.decoder.byteLimit)", data: ["retryable": false, "delivered": "no"])
    }
    return nil
  }

  /// More than an envelope takes beside its method, meta and body.
  private static var envelopeByteCount: Int { 96 }

  /// One timer serves all calls: most are answered long before it fires, and cost nothing then.
  private func watch(_ deadline: NIODeadline) {
    if let watched, watched.deadline <= deadline { return }
    watched?.timer.cancel()
    watched = eventLoop.map { loop in
      (deadline, loop.assumeIsolated().scheduleTask(deadline: deadline) { self.endDueCalls() })
    }
  }

  private func endDueCalls() {
    watched = nil
    for id in calls.due(at: .now()) { deadlinePassed(of: id) }
    if let next = calls.nextDeadline { watch(next) }
  }

  private func deadlinePassed(of id: Int64) {
    guard let call = calls.abandon(id) else { return }
    metrics.callsTimedOut += 1
    giveUp(id)
    call.events(.finished(.failure(RPCError(.deadline, "no answer in time", data: ["retryable": false, "delivered": "maybe"]))))
  }

  func cancel(_ id: Int64) {
    guard let call = calls.abandon(id) else { return }
    metrics.callsCancelled += 1
    giveUp(id)
    call.events(.finished(.failure(RPCError(.cancelled, "cancelled", data: ["retryable": false, "delivered": "maybe"]))))
  }

  private func giveUp(_ id: Int64) {
    queue.drop(WriteQueue.Stream(side: .params, id: id))
    write(.notification(method: "$/cancel"), ByteBuffer(string: #"{"id":\#(id)}"#))
  }

  /// - Returns: false when the request is not open: unknown, or answered before.
  func reply(_ id: Int64, _ reply: Reply) -> Bool {
    guard isOpen, serving.removeValue(forKey: id) != nil else { return false }
    let stream = WriteQueue.Stream(side: .result, id: id)
    switch reply {
    case .result(let bytes):
      guard bytes.readableBytes + Self.envelopeByteCount <= reader.decoder.byteLimit else {
        fail(id, RPCError(.frameTooLarge, "result of \(bytes.readableBytes) bytes, limit \(reader.decoder.byteLimit)"))
        break
      }
      // The result may not overtake its own chunks.
      if queue.holds(stream) { write(.result(id: id), bytes, of: stream) } else { write(.result(id: id), bytes) }
    case .error(let bytes):
      guard bytes.readableBytes + Self.envelopeByteCount <= reader.decoder.byteLimit else {
        fail(id, RPCError(.frameTooLarge, "error of \(bytes.readableBytes) bytes, limit \(reader.decoder.byteLimit)"))
        break
      }
      queue.drop(stream)
      write(.error(id: id), bytes)
    case .failure(let error):
      queue.drop(stream)
      fail(id, error)
    }
    resumeIdleWaiters()
    return true
  }

  private func fail(_ id: Int64, _ error: RPCError) {
    var bytes = error.json.bytes
    if bytes.count + Self.envelopeByteCount > reader.decoder.byteLimit {
      bytes = RPCError(error.code, "error of \(bytes.count) bytes left out").json.bytes
    }
    write(.error(id: id), ByteBuffer(bytes: bytes))
  }

  /// - Returns: false when it was dropped, because it is too long or the peer does not read.
  func notify(_ method: String, _ params: ByteBuffer) -> Bool {
    guard isOpen, params.readableBytes + method.utf8.count + Self.envelopeByteCount <= reader.decoder.byteLimit,
      queue.byteCount + params.readableBytes < limits.queuedByteLimit / 2
    else {
      metrics.notificationsDropped += 1
      return false
    }
    write(.notification(method: method), params)
    return true
  }

  /// - Returns: false when the request is not open, or the peer has not given credit for so much.
  func send(_ message: StreamMessage, id: Int64) -> Bool {
    let asCaller: Bool
    if case .credit = message.kind { asCaller = message.side == .result } else { asCaller = message.side == .params }
    guard isOpen, var windows = asCaller ? calls[id]?.windows : serving[id]?.windows else { return false }
    switch message.kind {
    case .chunk(_, let count):
      guard count <= limits.chunkByteLimit, windows.send(count, limit: limits.streamWindowByteCount) else { return false }
    case .credit(let count): windows.giveCredit(count)
    case .end: break
    }
    if asCaller { calls[id]?.windows = windows } else { serving[id]?.windows = windows }
    let body = message.params(id: id)
    if case .credit = message.kind {
      write(.notification(method: message.method), body)
    } else {
      write(.notification(method: message.method), body, of: WriteQueue.Stream(side: message.side, id: id))
    }
    return true
  }
}
