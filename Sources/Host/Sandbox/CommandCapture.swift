import Glibc

/// What a command said, read by a thread of its own until everything in the sandbox is gone.
struct CommandCapture: Sendable {
  /// One stream, kept up to a limit; the rest is read and dropped, so that the command is not held up.
  struct Stream: Sendable {
    let limit: Int
    private(set) var bytes: [UInt8] = []
    private(set) var truncated = false

    init(limit: Int) {
      self.limit = limit
    }

    /// Bytes that are not UTF-8 become U+FFFD.
    var text: String { String(decoding: bytes, as: UTF8.self) }

    mutating func append(_ more: ArraySlice<UInt8>) {
      let room = limit - bytes.count
      bytes += more.prefix(room)
      if more.count > room { truncated = true }
    }
  }

  private(set) var output: Stream
  private(set) var errors: Stream
  private(set) var timedOut = false

  private init(outputLimit: Int) {
    output = Stream(limit: outputLimit)
    errors = Stream(limit: outputLimit)
  }

  static func run(_ child: ChildProcess, input: [UInt8], outputLimit: Int, timeout: Duration) async -> CommandCapture {
    await withCheckedContinuation { continuation in
      do throws(SpawnError) {
        try DetachedThread.start("sandbox-command") {
          var capture = CommandCapture(outputLimit: outputLimit)
          capture.read(child, input: input, deadline: .now + timeout)
          continuation.resume(returning: capture)
        }
      } catch {
        // No thread to read with: the command cannot be served, so it does not live on.
        child.kill()
        continuation.resume(returning: CommandCapture(outputLimit: outputLimit))
      }
    }
  }

  private mutating func read(_ child: ChildProcess, input: [UInt8], deadline: ContinuousClock.Instant) {
    var pending = input[...]
    if let descriptor = child.input { _ = fcntl(descriptor.rawValue, F_SETFL, O_NONBLOCK) }
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while child.output.rawValue >= 0 || child.errors.rawValue >= 0 {
      if pending.isEmpty { child.input?.close() }
      let left = timedOut ? Duration.seconds(1) : deadline - .now
      if left <= .zero {
        timedOut = true
        child.kill()
        continue
      }
      let ready = Self.wait(for: [child.output, child.errors, child.input ?? Descriptor(-1)], timeout: left)
      if ready[0] { Self.take(child.output, &buffer, into: &output) }
      if ready[1] { Self.take(child.errors, &buffer, into: &errors) }
      if ready[2], let descriptor = child.input { Self.send(&pending, to: descriptor) }
    }
  }

  /// Which of the descriptors can be read or written, or are at their end. Closed ones never are.
  private static func wait(for descriptors: [Descriptor], timeout: Duration) -> [Bool] {
    var entries = descriptors.enumerated().map { index, descriptor in
      pollfd(fd: descriptor.rawValue, events: Int16(index < 2 ? POLLIN : POLLOUT), revents: 0)
    }
    // Rounded up: a wait that ends just before the deadline would spin.
    let milliseconds = Int32(clamping: timeout.components.seconds * 1000 + timeout.components.attoseconds / 1_000_000_000_000_000 + 1)
    _ = unsafe poll(&entries, nfds_t(entries.count), milliseconds)
    return entries.map { $0.revents != 0 }
  }

  private static func take(_ descriptor: Descriptor, _ buffer: inout [UInt8], into stream: inout Stream) {
    let count = unsafe buffer.withUnsafeMutableBytes { unsafe Glibc.read(descriptor.rawValue, $0.baseAddress, $0.count) }
    if count > 0 {
      stream.append(buffer[..<count])
    } else if count == 0 || errno != EINTR {
      descriptor.close()
    }
  }

  private static func send(_ pending: inout ArraySlice<UInt8>, to descriptor: Descriptor) {
    let count = unsafe pending.withUnsafeBytes { unsafe write(descriptor.rawValue, $0.baseAddress, $0.count) }
    if count > 0 {
      pending = pending.dropFirst(count)
    } else if errno != EAGAIN && errno != EINTR {
      pending = []  // the command does not want it
    }
  }
}
