import JSONRPC
import NIOCore

/// Keeps what a socket delivered until it amounts to frames.
struct FrameReader {
  var decoder: FrameDecoder
  private var pending = ByteBuffer()

  init(byteLimit: Int) { decoder = FrameDecoder(byteLimit: byteLimit) }

  mutating func append(_ buffer: ByteBuffer) {
    if pending.readableBytes == 0 { pending = buffer } else { pending.writeImmutableBuffer(buffer) }
  }

  /// The body of the next complete frame; it shares memory with the bytes received.
  mutating func next() throws(FrameError) -> ByteBuffer? {
    switch try decoder.next(pending.readableBytesUInt8Span) {
    case .body(let place):
      pending.moveReaderIndex(forwardBy: place.lowerBound)
      return pending.readSlice(length: place.count)
    case .needs(let byteCount):
      setAside(byteCount)
      return nil
    }
  }

  /// Moves an incomplete frame into memory of its own, so that complete ones do not keep it and it need not move again.
  private mutating func setAside(_ byteCount: Int) {
    guard pending.readableBytes > 0 else {
      pending = ByteBuffer()
      return
    }
    guard pending.readerIndex > 0 || pending.capacity < byteCount else { return }
    var own = ByteBuffer()
    own.reserveCapacity(byteCount)
    own.writeImmutableBuffer(pending)
    pending = own
  }
}
