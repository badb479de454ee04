import NIOCore
import Synchronization

/// What a plugin wrote of late, over all its incarnations, numbered: for `hivecore plugin logs`.
package final class OutputHistory: Sendable {
  package static let lineLimit = 2_000
  static let byteLimit = 1 << 20

  package struct Line: Sendable, Equatable {
    /// Rises by one with each line.
    package let number: Int
    package let incarnation: Int
    /// `stdout`, `stderr`, or `host` for what the host says of the plugin.
    package let stream: String
    package let text: String
  }

  private struct State {
    var kept = CircularBuffer<Line>()
    var byteCount = 0
    var lastNumber = 0
  }

  private let state = Mutex(State())

  package init() {}

  package func append(_ text: String, stream: String, incarnation: Int) {
    state.withLock { state in
      state.lastNumber += 1
      state.kept.append(Line(number: state.lastNumber, incarnation: incarnation, stream: stream, text: text))
      state.byteCount += text.utf8.count
      while state.kept.count > Self.lineLimit || state.byteCount > Self.byteLimit {
        state.byteCount -= state.kept.removeFirst().text.utf8.count
      }
    }
  }

  /// The oldest `limit` kept lines after a number.
  package func lines(after number: Int, limit: Int) -> [Line] {
    state.withLock { state in Array(state.kept.lazy.filter { $0.number > number }.prefix(limit)) }
  }

  /// The number after which the newest `count` lines come.
  package func start(ofLast count: Int) -> Int { state.withLock { max(0, $0.lastNumber - count) } }
}
