import JSONRPC
package import NIOCore

/// One `$/chunk` or `$/credit` without its id (docs/PROTOCOL.md, section 4).
package struct StreamMessage: Sendable, Equatable {
  /// Whom the bytes belong to: the request (its caller sends them) or the result (its server does).
  package enum Side: String, Sendable { case params, result }

  package enum Kind: Sendable, Equatable {
    /// Base64 as it came, checked but not decoded, and how many bytes it stands for.
    case chunk(base64: ByteBuffer, byteCount: Int)
    case end
    case credit(Int)
  }

  package var side: Side
  package var kind: Kind

  package init(_ side: Side, _ kind: Kind) {
    self.side = side
    self.kind = kind
  }

  package static func chunk(_ side: Side, _ bytes: [UInt8]) -> StreamMessage {
    StreamMessage(side, .chunk(base64: ByteBuffer(bytes: Base64.encode(bytes)), byteCount: bytes.count))
  }

  /// The decoded bytes; empty unless it is a chunk.
  package var bytes: [UInt8] {
    guard case .chunk(let base64, _) = kind else { return [] }
    return Base64.decode(base64.readableBytesUInt8Span) ?? []
  }

  var method: String { if case .credit = kind { "$/credit" } else { "$/chunk" } }

  func params(id: Int64) -> ByteBuffer {
    var out = ByteBuffer(string: #"{"id":\#(id),"side":"\#(side.rawValue)","#)
    switch kind {
    case .chunk(let base64, _):
      out.writeString(#""data":""#)
      out.writeImmutableBuffer(base64)
      out.writeString(#""}"#)
    case .end: out.writeString(#""end":true}"#)
    case .credit(let count): out.writeString(#""bytes":\#(count)}"#)
    }
    return out
  }

  /// - Returns: nil when the params are not those of the method.
  static func parse(method: String, params: ByteBuffer) -> (id: Int64, message: StreamMessage)? {
    let bytes = params.readableBytesUInt8Span
    guard let members = try? JSONMembers(scanning: bytes), let idPlace = members["id"], let id = bytes.unsignedInteger(idPlace),
      let side = members["side"].flatMap({ Side(rawValue: String(bytes.text($0).dropFirst().dropLast())) })
    else { return nil }
    if method == "$/credit" {
      guard let place = members["bytes"], let count = bytes.unsignedInteger(place), count > 0 else { return nil }
      return (id, StreamMessage(side, .credit(Int(clamping: count))))
    }
    if let data = members["data"], members["end"] == nil {
      guard data.count >= 2, bytes[data.lowerBound] == UInt8(ascii: "\""),
        let byteCount = Base64.decodedByteCount(bytes.extracting(data.lowerBound + 1..<data.upperBound - 1)),
        let base64 = params.getSlice(at: params.readerIndex + data.lowerBound + 1, length: data.count - 2)
      else { return nil }
      return (id, StreamMessage(side, .chunk(base64: base64, byteCount: byteCount)))
    }
    guard let end = members["end"], bytes.text(end) == "true", members["data"] == nil else { return nil }
    return (id, StreamMessage(side, .end))
  }
}

/// Both directions of one call's streams on this connection, counted in bytes that were sent and not yet credited.
struct StreamWindows {
  private(set) var received = 0
  private(set) var sent = 0

  /// - Returns: false when the peer sends more than it was allowed to.
  mutating func receive(_ count: Int, limit: Int) -> Bool {
    received += count
    return received <= limit
  }

  mutating func giveCredit(_ count: Int) { received -= min(count, received) }

  /// - Returns: false when we are not allowed to send so much.
  mutating func send(_ count: Int, limit: Int) -> Bool {
    guard sent + count <= limit else { return false }
    sent += count
    return true
  }

  /// - Returns: false when the peer credits what it never got.
  mutating func receiveCredit(_ count: Int) -> Bool {
    guard count <= sent else { return false }
    sent -= count
    return true
  }
}
