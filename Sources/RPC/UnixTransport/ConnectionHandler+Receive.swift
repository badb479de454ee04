import JSONRPC
import NIOCore

extension ConnectionHandler {
  /// Takes one frame's body.
  func receive(_ body: ByteBuffer) {
    let envelope: Envelope
    do throws(EnvelopeError) {
      envelope = try EnvelopeScanner.scan(body.readableBytesUInt8Span)
    } catch {
      close(.envelope(error))
      return
    }
    let value = envelope.body.flatMap { body.part($0) } ?? ByteBuffer(string: "{}")
    switch envelope.kind {
    case .request(let id):
      let meta = envelope.meta.flatMap { body.part($0) }
      receive(InboundRequest(id: id, method: envelope.method, params: value, meta: meta))
    case .notification: receive(notification: envelope.method, value)
    case .result(let id): receive(.result(value), to: id)
    case .error(let id): receive(.error(value), to: id)
    }
  }

  private func receive(_ request: InboundRequest) {
    guard serving[request.id] == nil else {
      close(.violation("request id \(request.id) is already open"))
      return
    }
    guard serving.count < limits.inboundRequestLimit else {
      metrics.requestsRefused += 1
      let error = RPCError(
        .overloaded, "more than \(limits.inboundRequestLimit) requests at once",
        data: ["retryable": true, "delivered": "no", "retry_after_ms": 100])
      write(.error(id: request.id), ByteBuffer(bytes: error.json.bytes))
      return
    }
    metrics.requestsReceived += 1
    serving[request.id] = Serving()
    delegate?.received(request)
  }

  private func receive(_ reply: Reply, to id: Int64) {
    switch calls.answer(id) {
    case .expected(let call):
      queue.drop(WriteQueue.Stream(side: .params, id: id))
      call.events(.finished(reply))
    case .late:
      metrics.repliesLate += 1
      delegate?.answeredLate()
    case .neverIssued: close(.violation("answer to request \(id), which was never sent"))
    }
  }

  private func receive(notification method: String, _ params: ByteBuffer) {
    switch method {
    case "$/cancel":
      guard let id = params.member("id") else { return close(.violation("$/cancel without an id")) }
      if serving[id] != nil { delegate?.received(cancelOf: id) }
    case "$/progress":
      guard let id = params.member("id"), let value = params.slice(ofMember: "value") else {
        return close(.violation("$/progress without id or value"))
      }
      calls[id]?.events(.progress(value))
    case "$/chunk", "$/credit":
      guard let (id, message) = StreamMessage.parse(method: method, params: params) else {
        return close(.violation("malformed \(method)"))
      }
      receive(message, id)
    default: delegate?.received(notification: method, params: params)
    }
  }

  /// The caller sends params chunks and credit for the result; its server the other way round.
  private func receive(_ message: StreamMessage, _ id: Int64) {
    let isFromCaller: Bool
    if case .credit = message.kind { isFromCaller = message.side == .result } else { isFromCaller = message.side == .params }
    guard var windows = isFromCaller ? serving[id]?.windows : calls[id]?.windows else {
      // The request is over, and the peer did not know yet when it sent this.
      if !isFromCaller, !calls.wasIssued(id) { close(.violation("\(message.method) for request \(id), which was never sent")) }
      return
    }
    switch message.kind {
    case .chunk(_, let count):
      guard count <= limits.chunkByteLimit else { return close(.violation("chunk of \(count) bytes, limit \(limits.chunkByteLimit)")) }
      guard windows.receive(count, limit: limits.streamWindowByteCount) else {
        return close(.violation("stream of request \(id) is ahead of its credit"))
      }
    case .credit(let count):
      guard windows.receiveCredit(count) else { return close(.violation("credit for bytes that request \(id) never sent")) }
    case .end: break
    }
    if isFromCaller {
      serving[id]?.windows = windows
      delegate?.received(message, for: id)
    } else {
      calls[id]?.windows = windows
      calls[id]?.events(.stream(message))
    }
  }
}

extension ByteBuffer {
  /// A part by its place in the readable bytes; shares their memory.
  func part(_ place: Range<Int>) -> ByteBuffer? { getSlice(at: readerIndex + place.lowerBound, length: place.count) }

  fileprivate func slice(ofMember name: String) -> ByteBuffer? {
    (try? JSONMembers(scanning: readableBytesUInt8Span))?[name].flatMap { part($0) }
  }

  fileprivate func member(_ name: String) -> Int64? {
    let bytes = readableBytesUInt8Span
    guard let place = (try? JSONMembers(scanning: bytes))?[name] else { return nil }
    return bytes.unsignedInteger(place)
  }
}
