import Synchronization

/// Names the transactions of one request after the request: when the host repeats it after a crash, the first transaction is the first
/// again, and storage answers it from its record instead of doing it twice.
final class OperationSequence: Sendable {
  private let request: String
  private let count = Mutex(0)

  /// - Parameter request: the request's `operation_id`.
  init(of request: String) { self.request = request }

  func next() -> String {
    count.withLock { count in
      count += 1
      return "\(request)/\(count)"
    }
  }
}
