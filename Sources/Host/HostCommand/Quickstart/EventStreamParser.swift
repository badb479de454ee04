/// One event of a server-sent stream.
struct ServerSentEvent: Equatable {
  var name = "message"
  var id: String?
  var data = ""
}

/// Reads `text/event-stream` line by line (WHATWG HTML, section 9.2); it keeps at most one event of bounded size.
struct EventStreamParser {
  private static let byteLimit = 4 << 20

  private var line: [UInt8] = []
  private var event = ServerSentEvent()
  private var hasData = false

  /// - Returns: the events these bytes complete.
  mutating func feed(_ bytes: some Sequence<UInt8>) -> [ServerSentEvent] {
    var events: [ServerSentEvent] = []
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "\n"):
        if let complete = endLine() { events.append(complete) }
      case UInt8(ascii: "\r"): break
      default: if line.count < Self.byteLimit { line.append(byte) }
      }
    }
    return events
  }

  private mutating func endLine() -> ServerSentEvent? {
    defer { line.removeAll(keepingCapacity: true) }
    guard !line.isEmpty else {
      defer {
        event = ServerSentEvent()
        hasData = false
      }
      return hasData ? event : nil
    }
    let parts = line.split(separator: UInt8(ascii: ":"), maxSplits: 1, omittingEmptySubsequences: false)
    var value = String(decoding: parts.count > 1 ? parts[1] : [], as: UTF8.self)
    if value.hasPrefix(" ") { value.removeFirst() }
    switch String(decoding: parts[0], as: UTF8.self) {
    case "event": event.name = value
    case "id": event.id = value
    case "data":
      event.data += hasData ? "\n" + value : value
      hasData = true
    default: break
    }
    return nil
  }
}
