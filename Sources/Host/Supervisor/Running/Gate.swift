import Synchronization

/// Holds tasks back until it is opened or shut for good; who is cancelled while waiting shuts it.
final class Gate: Sendable {
  private enum State {
    case waiting([CheckedContinuation<Bool, Never>])
    case decided(Bool)
  }

  private let state = Mutex(State.waiting([]))

  var isDecided: Bool { state.withLock { if case .decided = $0 { true } else { false } } }

  /// Waits for the decision.
  ///
  /// - Returns: whether it was opened.
  func passes() async -> Bool {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let decided: Bool? = state.withLock { state in
          switch state {
          case .decided(let isOpen): return isOpen
          case .waiting(let waiting):
            state = .waiting(waiting + [continuation])
            return nil
          }
        }
        if let decided { continuation.resume(returning: decided) }
      }
    } onCancel: {
      decide(false)
    }
  }

  /// Waits for the decision, but not longer than `limit`.
  func passes(within limit: Duration) async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { _ = await self.passes() }
      group.addTask { try? await Task.sleep(for: limit) }
      await group.next()
      group.cancelAll()
    }
  }

  func open() { decide(true) }

  /// The first decision counts.
  private func decide(_ isOpen: Bool) {
    let waiting: [CheckedContinuation<Bool, Never>] = state.withLock { state in
      guard case .waiting(let waiting) = state else { return [] }
      state = .decided(isOpen)
      return waiting
    }
    for continuation in waiting { continuation.resume(returning: isOpen) }
  }
}
