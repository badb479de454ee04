import Glibc

/// A blocking socket that sends a frame and waits for one: the least two processes can do.
struct RawSocket {
  let descriptor: CInt

  func roundTrip(_ frame: [UInt8]) {
    send(frame)
    _ = receive()
  }

  /// Sends back each frame until the peer is gone.
  func echo() {
    while let frame = receive() { send(frame) }
  }

  private func send(_ frame: [UInt8]) {
    // The array outlives the call, which only reads.
    guard unsafe frame.withUnsafeBytes({ unsafe write(descriptor, $0.baseAddress, $0.count) }) == frame.count else { exit(1) }
  }

  private func receive() -> [UInt8]? {
    var frame = [UInt8](repeating: 0, count: 4)
    guard fill(&frame, from: 0) else { return nil }
    let length = frame.reduce(0) { $0 << 8 | Int($1) }
    frame += [UInt8](repeating: 0, count: length)
    return fill(&frame, from: 4) ? frame : nil
  }

  private func fill(_ frame: inout [UInt8], from start: Int) -> Bool {
    var at = start
    while at < frame.count {
      // The slice from `at` on is inside the array, which nobody else touches.
      let count = unsafe frame.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress.map { unsafe $0 + at }, $0.count - at) }
      guard count > 0 else { return false }
      at += count
    }
    return true
  }
}
