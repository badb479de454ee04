import JSONRPC
import ModelKit
import NIOCore
import Synchronization
import UnixTransport

/// Bites when nothing has moved for too long.
final class Watchdog: Sendable {
  private struct Watch {
    var end: ContinuousClock.Instant
    var what: String
  }

  private let watch: Mutex<Watch>
  /// The shortest limit it may be fed.
  private let shortest: Duration

  private init(_ limit: Duration, _ what: String, shortest: Duration) {
    watch = Mutex(Watch(end: .now + limit, what: what))
    self.shortest = max(shortest, .milliseconds(10))
  }

  /// Something moved: what comes next has this long.
  func feed(_ limit: Duration, _ what: String) { watch.withLock { $0 = Watch(end: .now + limit, what: what) } }

  /// Runs `body`, which must feed the dog; a body that is too slow is cancelled.
  ///
  /// - Parameter shortest: the shortest limit the body sets.
  /// - Throws: what `body` throws; `llm_timeout` that says what took too long.
  static func guarding<T: Sendable>(
    _ limit: Duration, _ what: String, shortest: Duration, on eventLoop: any EventLoop,
    _ body: @escaping @Sendable (Watchdog) async throws -> T
  ) async throws -> T {
    let dog = Watchdog(limit, what, shortest: min(limit, shortest))
    return try await withThrowingTaskGroup(of: T?.self) { group in
      group.addTask { try await body(dog) }
      group.addTask {
        try await dog.wait(on: eventLoop)
        return nil
      }
      defer { group.cancelAll() }
      // The dog returns only when it bites; the body's result or error comes first otherwise.
      guard let result = try await group.next() ?? nil else { throw dog.timeout }
      return result
    }
  }

  private func wait(on eventLoop: any EventLoop) async throws {
    while true {
      let (now, end) = (ContinuousClock.now, watch.withLock { $0.end })
      if end <= now { return }
      // The next limit may be shorter than this one.
      try await eventLoop.sleep(for: min(end - now, shortest))
    }
  }

  private var timeout: RPCError { ModelFailure.error(.timeout, watch.withLock { $0.what }) }
}
