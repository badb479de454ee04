import CLinux
import Glibc

/// What the sandbox's first process says about itself.
enum SandboxStatus: Equatable {
  case running(layers: [String])
  case failed(stage: String, subject: String, errno: Int32)
  case exited(TerminationStatus, peakResidentBytes: UInt64)
}

/// The host's end of the status pipe.
struct StatusPipe: Sendable {
  let descriptor: Descriptor

  enum Outcome: Equatable {
    case message(SandboxStatus)
    case endOfFile
    case timeout
  }

  /// The next message.
  func next(within timeout: Duration) -> Outcome {
    var entry = pollfd(fd: descriptor.rawValue, events: Int16(POLLIN), revents: 0)
    let milliseconds = Int32(clamping: timeout.components.seconds * 1000 + timeout.components.attoseconds / 1_000_000_000_000_000)
    var ready: Int32
    repeat {
      ready = unsafe poll(&entry, 1, milliseconds)
    } while ready < 0 && errno == EINTR
    guard ready > 0 else { return .timeout }
    var record = hive_status()
    let size = MemoryLayout<hive_status>.size
    let count = unsafe withUnsafeMutableBytes(of: &record) { unsafe read(descriptor.rawValue, $0.baseAddress, size) }
    // Records are shorter than PIPE_BUF: they come whole or not at all.
    guard count == size, let status = SandboxStatus(record) else { return .endOfFile }
    return .message(status)
  }
}

extension SandboxStatus {
  fileprivate init?(_ record: hive_status) {
    let detail = unsafe withUnsafeBytes(of: record.detail) { unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    switch record.kind {
    case UInt32(HIVE_STATUS_RUNNING.rawValue):
      self = .running(layers: detail.split(separator: " ").map(String.init))
    case UInt32(HIVE_STATUS_FAILED.rawValue):
      let stage = detail.prefix { $0 != ":" }
      self = .failed(stage: String(stage), subject: String(detail.dropFirst(stage.count + 2)), errno: record.value)
    case UInt32(HIVE_STATUS_EXITED.rawValue):
      self = .exited(TerminationStatus(waitStatus: record.value), peakResidentBytes: (UInt64(detail) ?? 0) << 10)
    default:
      return nil
    }
  }
}
