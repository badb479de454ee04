/// One event of a `text/event-stream`.
package struct UpstreamEvent: Sendable, Equatable {
  package var name = ""
  package var data = ""
}

/// Cuts a `text/event-stream` into events (WHATWG HTML, section 9.2.6), keeping at most one of bounded size.
struct UpstreamEventReader {
  enum Failure: Error { case tooLong }

  private static let byteLimit = 4 << 20
  private var line: [UInt8] = []
  private var event = UpstreamEvent()
  private var data: [UInt8] = []
  private var hasData = false
  /// A line end is LF, CR or CRLF: the LF after a CR ends nothing.
  private var sawCarriageReturn = false

  mutating func take(_ bytes: some Sequence<UInt8>) throws(Failure) -> [UpstreamEvent] {
    var events: [UpstreamEvent] = []
    for byte in bytes {
      defer { sawCarriageReturn = byte == 0x0D }
      switch byte {
      case 0x0A where sawCarriageReturn: continue
      case 0x0A, 0x0D:
        if let complete = try endLine() { events.append(complete) }
      default: line.append(byte)
      }
      guard line.count <= Self.byteLimit else { throw .tooLong }
    }
    return events
  }

  private mutating func endLine() throws(Failure) -> UpstreamEvent? {
    defer { line.removeAll(keepingCapacity: true) }
    guard !line.isEmpty else { return dispatch() }
    let colon = line.firstIndex(of: UInt8(ascii: ":")) ?? line.endIndex
    var value = line[colon...].dropFirst()
    if value.first == UInt8(ascii: " ") { value = value.dropFirst() }
    switch String(decoding: line[..<colon], as: UTF8.self) {
    case "event": event.name = String(decoding: value, as: UTF8.self)
    case "data":
      if hasData { data.append(0x0A) }
      data += value
      hasData = true
      guard data.count <= Self.byteLimit else { throw .tooLong }
    default: break
    }
    return nil
  }

  private mutating func dispatch() -> UpstreamEvent? {
    defer {
      event = UpstreamEvent()
      data.removeAll(keepingCapacity: true)
      hasData = false
    }
    guard hasData else { return nil }
    event.data = String(decoding: data, as: UTF8.self)
    return event
  }
}
