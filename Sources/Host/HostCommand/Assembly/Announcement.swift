import Synchronization

/// A value that becomes known once.
final class Announcement<Value: Sendable>: Sendable {
  private let value = Mutex<Value?>(nil)

  /// The first call counts.
  func publish(_ fresh: Value) { value.withLock { $0 = $0 ?? fresh } }

  /// The value if it is known by now.
  var known: Value? { value.withLock { $0 } }
}
