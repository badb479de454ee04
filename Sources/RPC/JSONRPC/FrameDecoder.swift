/// Cuts a byte stream into frames: four bytes of length, unsigned and big-endian, then the body.
///
/// It owns no memory: whoever reads the socket keeps the bytes and asks what the first of them amount to. So the length is checked
/// before anything is set aside for the body.
///
/// Source: docs/PROTOCOL.md, section 2.1.
public struct FrameDecoder: Sendable {
  /// The bytes of the length before each body.
  public static let headerByteCount = 4

  /// The longest body accepted; 65 536 until the handshake has agreed on another.
  public var byteLimit: Int

  /// - Parameter byteLimit: the longest body accepted, in bytes.
  public init(byteLimit: Int) { self.byteLimit = byteLimit }

  /// What the bytes so far amount to.
  public enum Step: Sendable, Equatable {
    /// The frame is not complete before this many bytes, counted from its first.
    case needs(byteCount: Int)
    /// The body's place; the next frame begins at its end.
    case body(Range<Int>)
  }

  /// Looks at the bytes received so far, from the first byte of a frame on.
  public func next(_ bytes: Span<UInt8>) throws(FrameError) -> Step {
    guard bytes.count >= Self.headerByteCount else { return .needs(byteCount: Self.headerByteCount) }
    let length = Int(bytes[0]) << 24 | Int(bytes[1]) << 16 | Int(bytes[2]) << 8 | Int(bytes[3])
    guard length > 0 else { throw .empty }
    guard length <= byteLimit else { throw .tooLong(byteCount: length, limit: byteLimit) }
    let end = Self.headerByteCount + length
    return bytes.count < end ? .needs(byteCount: end) : .body(Self.headerByteCount..<end)
  }
}

/// A length no peer may send; the connection ends.
public enum FrameError: Error, Sendable, Equatable, CustomStringConvertible {
  /// A length of 0: a body is a JSON object, so at least two bytes.
  case empty
  /// A length over the decoder's limit, both in bytes.
  case tooLong(byteCount: Int, limit: Int)

  /// One line for the log and the peer's author.
  public var description: String {
    switch self {
    case .empty: "frame of 0 bytes"
    case .tooLong(let byteCount, let limit): "frame of \(byteCount) bytes, limit \(limit)"
    }
  }
}
