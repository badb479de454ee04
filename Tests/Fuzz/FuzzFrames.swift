// Compiled by scripts/fuzz together with the sources of JSONRPC, as one module.

/// What must hold for any bytes a peer may send; libFuzzer looks for bytes for which it does not.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  // libFuzzer's memory is valid for this call, and only read.
  let input = unsafe Array(UnsafeBufferPointer(start: start, count: count))
  checkFrames(input)
  checkEnvelope(input.span)
  checkMembers(input.span)
  checkBase64(input.span)
  return 0
}

/// Frames are the same whether the bytes come at once or one by one.
private func checkFrames(_ input: [UInt8]) {
  let decoder = FrameDecoder(byteLimit: 1 << 16)
  let bytes = input.span
  var start = 0
  while start < bytes.count, case .body(let place)? = try? decoder.next(bytes.extracting(start..<bytes.count)) {
    precondition(place.lowerBound == 4 && !place.isEmpty && place.count <= decoder.byteLimit)
    let end = start + place.upperBound
    for cut in [start + place.upperBound - 1, start + 4, start + 3] where cut < end {
      guard case .needs(let byteCount)? = try? decoder.next(bytes.extracting(start..<cut)) else { preconditionFailure("cut frame") }
      precondition(byteCount > cut - start)
    }
    checkEnvelope(bytes.extracting(start + place.lowerBound..<end))
    start = end
  }
}

/// The scanner and the parser agree on what is well-formed, and a spliced message is the message.
private func checkEnvelope(_ body: Span<UInt8>) {
  let json = try? JSON(parsing: body.array(0..<body.count))
  do throws(EnvelopeError) {
    let envelope = try EnvelopeScanner.scan(body)
    guard let json else { preconditionFailure("scanned what does not parse") }
    checkParts(of: envelope, body, json)
  } catch {
    if case .malformed = error { precondition(json == nil, "parsed what does not scan") }
  }
}

private func checkParts(of envelope: Envelope, _ body: Span<UInt8>, _ json: JSON) {
  let name: String
  let head: MessageHead
  switch envelope.kind {
  case .request(let id):
    precondition(json["id"].int == id && json["method"].string == envelope.method)
    (name, head) = ("params", .request(id: id, method: envelope.method, meta: envelope.meta.map { body.array($0) }))
  case .notification:
    precondition(json["id"].isNull && json["method"].string == envelope.method)
    (name, head) = ("params", .notification(method: envelope.method))
  case .result(let id): (name, head) = ("result", .result(id: id))
  case .error(let id): (name, head) = ("error", .error(id: id))
  }
  guard let place = envelope.body else { return }
  let value = body.array(place)
  precondition((try? JSON(parsing: value)) == json[name])
  let frame = head.frame(value)
  guard case .body(let inner)? = try? FrameDecoder(byteLimit: frame.count).next(frame.span),
    let again = try? EnvelopeScanner.scan(frame.span.extracting(inner)), let againPlace = again.body
  else { preconditionFailure("spliced what does not scan") }
  precondition(again.kind == envelope.kind && again.method == envelope.method)
  precondition(frame.span.extracting(inner).array(againPlace) == value)
}

private func checkMembers(_ bytes: Span<UInt8>) {
  let json = try? JSON(parsing: bytes.array(0..<bytes.count))
  guard let members = try? JSONMembers(scanning: bytes) else {
    precondition(json?.object == nil, "parsed what has no members")
    return
  }
  precondition(json?.object != nil, "found members of what does not parse")
  for member in members.members { precondition((try? JSON(parsing: bytes.array(member.value))) != nil) }
}

private func checkBase64(_ text: Span<UInt8>) {
  let decoded = Base64.decode(text)
  precondition(decoded?.count == Base64.decodedByteCount(text))
  if let decoded { precondition(Base64.encode(decoded) == text.array(0..<text.count)) }
}
