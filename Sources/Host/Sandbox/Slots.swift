import Synchronization

/// Lets so many in at once, and so many wait.
final class Slots: Sendable {
  private struct State {
    var free: Int
    var waiting: [CheckedContinuation<Void, Never>] = []
  }

  private let state: Mutex<State>
  private let queue: Int

  init(count: Int, queue: Int) {
    state = Mutex(State(free: count))
    self.queue = queue
  }

  /// Waits for a slot. False when too many wait already.
  func enter() async -> Bool {
    enum Answer { case entered, full, wait }
    var answer = Answer.entered
    await withCheckedContinuation { continuation in
      answer = state.withLock { state in
        if state.free > 0 {
          state.free -= 1
          return .entered
        }
        guard state.waiting.count < queue else { return .full }
        state.waiting.append(continuation)
        return .wait
      }
      if answer != .wait { continuation.resume() }
    }
    return answer != .full
  }

  func leave() {
    let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
      guard !state.waiting.isEmpty else {
        state.free += 1
        return nil
      }
      return state.waiting.removeFirst()
    }
    next?.resume()
  }
}
