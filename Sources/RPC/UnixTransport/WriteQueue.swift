import NIOCore

/// Frames that wait for the socket: everything overtakes stream chunks, but a result its own.
struct WriteQueue {
  struct Stream: Hashable {
    let side: StreamMessage.Side
    let id: Int64
  }

  private var control = CircularBuffer<ByteBuffer>()
  private var data = CircularBuffer<(stream: Stream, frame: ByteBuffer)>()
  private var dataCounts: [Stream: Int] = [:]
  private(set) var byteCount = 0

  var isEmpty: Bool { control.isEmpty && data.isEmpty }

  mutating func append(_ frame: ByteBuffer) {
    byteCount += frame.readableBytes
    control.append(frame)
  }

  /// Keeps its place among the chunks of its stream.
  mutating func append(_ frame: ByteBuffer, of stream: Stream) {
    byteCount += frame.readableBytes
    data.append((stream, frame))
    dataCounts[stream, default: 0] += 1
  }

  func holds(_ stream: Stream) -> Bool { dataCounts[stream] != nil }

  mutating func next() -> ByteBuffer? {
    if let frame = control.popFirst() {
      byteCount -= frame.readableBytes
      return frame
    }
    guard let (stream, frame) = data.popFirst() else { return nil }
    byteCount -= frame.readableBytes
    let left = dataCounts[stream, default: 1] - 1
    dataCounts[stream] = left > 0 ? left : nil
    return frame
  }

  /// Forgets the chunks of a stream nobody waits for any more.
  mutating func drop(_ stream: Stream) {
    guard dataCounts.removeValue(forKey: stream) != nil else { return }
    for (_, frame) in data.filter({ $0.stream == stream }) { byteCount -= frame.readableBytes }
    data.removeAll { $0.stream == stream }
  }
}
