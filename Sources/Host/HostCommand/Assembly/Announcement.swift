import Synchronization

/// A value that becomes known once; those who ask earlier wait.
final class Announcement<Value: Sendable>: Sendable {
  private enum State {
    case waiting([CheckedContinuation<Value, Never>])
    case known(Value)
  }

  private let state = Mutex(State.waiting([]))

  /// The first call counts.
  func publish(_ value: Value) {
    let waiters: [CheckedContinuation<Value, Never>] = state.withLock { state in
      guard case .waiting(let waiters) = state else { return [] }
      state = .known(value)
      return waiters
    }
    for waiter in waiters { waiter.resume(returning: value) }
  }

  /// The value if it is known by now.
  var known: Value? {
    state.withLock { state in
      if case .known(let value) = state { return value }
      return nil
    }
  }

  var value: Value {
    get async {
      await withCheckedContinuation { continuation in
        let known: Value? = state.withLock { state in
          switch state {
          case .known(let value): return value
          case .waiting(let waiters):
            state = .waiting(waiters + [continuation])
            return nil
          }
        }
        if let known { continuation.resume(returning: known) }
      }
    }
  }
}
