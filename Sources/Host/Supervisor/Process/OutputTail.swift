import NIOCore
import Synchronization

/// The last lines that a plugin wrote to stdout and stderr.
package final class OutputTail: Sendable {
  package static let lineLimit = 50
  private let kept = Mutex(CircularBuffer<String>())

  package init() {}

  package func append(_ line: String) {
    kept.withLock { kept in
      if kept.count == Self.lineLimit { kept.removeFirst() }
      kept.append(line)
    }
  }

  package var lines: [String] { kept.withLock { Array($0) } }
}
