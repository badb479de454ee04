import JSONRPC

/// One frame of a `text/event-stream`.
struct EventFrame: Equatable {
  var event: String
  var id: Int64?
  /// One line of JSON.
  var data: [UInt8]

  init(_ event: String, id: Int64? = nil, data: [UInt8]) {
    self.event = event
    self.id = id
    self.data = data
  }

  init(_ event: String, _ data: JSON) { self.init(event, data: data.bytes) }

  /// How long a client waits before it connects anew, in milliseconds; sent once at the start.
  static let retry = Array("retry: 3000\n\n".utf8)

  /// Bytes that would end a line are taken out: JSON has them only where white space may be.
  var bytes: [UInt8] {
    var out = Array("event: ".utf8)
    out += event.utf8.filter { $0 >= 0x20 }
    out.append(0x0A)
    if let id { out += Array("id: \(id)\n".utf8) }
    out += Array("data: ".utf8)
    out += data.filter { $0 != 0x0A && $0 != 0x0D }
    out += [0x0A, 0x0A]
    return out
  }
}
