import Gateway
import Logging
import NIOCore
import NIOPosix
import Synchronization
import UnixTransport

/// Where all of a host's lines go, and from which level on: stderr.
///
/// A line is written before its writer goes on, so that it is there whatever happens next. Only lines of requests are gathered for some
/// milliseconds: a system call for each would be a tenth of what a request costs.
final class LogStream: Sendable {
  /// How long a line of a request may wait to be written.
  static let pause = TimeAmount.milliseconds(10)
  static let gatheredByteLimit = 64 << 10

  private let threshold: Mutex<Logger.Level>
  private let gathered = Mutex<[UInt8]>([])

  init(_ level: Logger.Level) { threshold = Mutex(level) }

  /// A reload may change it.
  var level: Logger.Level {
    get { threshold.withLock { $0 } }
    set { threshold.withLock { $0 = newValue } }
  }

  func write(_ line: [UInt8]) { writeToStandardError(take() + line) }

  /// Writes a line soon.
  func gather(_ line: [UInt8]) {
    let (isFirst, isFull) = gathered.withLock { lines in
      lines.append(contentsOf: line)
      return (lines.count == line.count, lines.count >= Self.gatheredByteLimit)
    }
    if isFull {
      flush()
    } else if isFirst {
      MultiThreadedEventLoopGroup.singleton.any().scheduleTask(in: Self.pause) { self.flush() }
    }
  }

  /// Writes what was gathered.
  func flush() {
    let lines = take()
    if !lines.isEmpty { writeToStandardError(lines) }
  }

  private func take() -> [UInt8] {
    gathered.withLock { lines in
      defer { lines = [] }
      return lines
    }
  }

  /// The line of one request.
  func write(_ access: AccessRecord, label: String) {
    let level: Logger.Level = access.isFault ? .warning : .info
    guard level >= self.level else { return }
    let line = LogLine(level: level, label: label, fields: access.fields, source: "Gateway", message: "request")
    gather(line.bytes(at: SystemTime.microseconds()))
  }
}
