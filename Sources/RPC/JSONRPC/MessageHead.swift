/// Everything of a frame before its body: with the body's bytes and a closing brace behind it, the frame is whole.
///
/// So `params`, `result` and `error` pass from one connection to the next as bytes, whatever is in them.
public enum MessageHead: Sendable, Equatable {
  /// - Parameter meta: a finished JSON object, or nil.
  case request(id: Int64, method: String, meta: [UInt8]?)
  /// A method without id; its body is `params`.
  case notification(method: String)
  /// The response of a request that succeeded; its body is `result`.
  case result(id: Int64)
  /// The response of a request that failed; its body is an ``RPCError`` as JSON.
  case error(id: Int64)

  /// What follows the body.
  public static let tail = UInt8(ascii: "}")

  /// The length and the envelope up to its last value.
  ///
  /// - Parameter bodyByteCount: of the JSON that will be the value of `params`, `result` or `error`.
  public func bytes(bodyByteCount: Int) -> [UInt8] {
    var out: [UInt8] = []
    if case .request(_, _, let meta?) = self { out.reserveCapacity(128 + meta.count) } else { out.reserveCapacity(96) }
    out.append(contentsOf: [0, 0, 0, 0])
    out.append(contentsOf: #"{"jsonrpc":"2.0","#.utf8)
    switch self {
    case .request(let id, let method, let meta):
      Self.write(id: id, to: &out)
      out.append(contentsOf: #""method":"#.utf8)
      JSON.writeString(method, to: &out)
      if let meta {
        out.append(contentsOf: #","meta":"#.utf8)
        out.append(contentsOf: meta)
      }
      out.append(contentsOf: #","params":"#.utf8)
    case .notification(let method):
      out.append(contentsOf: #""method":"#.utf8)
      JSON.writeString(method, to: &out)
      out.append(contentsOf: #","params":"#.utf8)
    case .result(let id):
      Self.write(id: id, to: &out)
      out.append(contentsOf: #""result":"#.utf8)
    case .error(let id):
      Self.write(id: id, to: &out)
      out.append(contentsOf: #""error":"#.utf8)
    }
    Self.write(length: out.count - FrameDecoder.headerByteCount + bodyByteCount + 1, to: &out)
    return out
  }

  /// A whole frame.
  public func frame(_ body: [UInt8]) -> [UInt8] { bytes(bodyByteCount: body.count) + body + [Self.tail] }

  private static func write(id: Int64, to out: inout [UInt8]) {
    out.append(contentsOf: #""id":"#.utf8)
    out.append(contentsOf: String(id).utf8)
    out.append(UInt8(ascii: ","))
  }

  private static func write(length: Int, to out: inout [UInt8]) {
    out[0] = UInt8(truncatingIfNeeded: length >> 24)
    out[1] = UInt8(truncatingIfNeeded: length >> 16)
    out[2] = UInt8(truncatingIfNeeded: length >> 8)
    out[3] = UInt8(truncatingIfNeeded: length)
  }
}
