import Synchronization

/// Wakes those who wait for jobs whenever one may have become ready.
package final class JobSignals: Sendable {
  private struct State {
    var version: UInt64 = 0
    var isClosed = false
    var nextWaiter: UInt64 = 0
    var waiters: [UInt64: CheckedContinuation<Void, Never>] = [:]
  }

  private static let waiterLimit = 1024
  private let state = Mutex(State())

  package init() {}

  /// Rises with each signal: read it before looking for jobs, so that no signal is missed in between.
  package var version: UInt64 { state.withLock { $0.version } }
  package var isClosed: Bool { state.withLock { $0.isClosed } }

  package func raise() { wake { $0.version += 1 } }

  /// From now on nobody waits.
  package func close() { wake { $0.isClosed = true } }

  private func wake(_ change: (inout State) -> Void) {
    let waiters = state.withLock { state in
      change(&state)
      defer { state.waiters = [:] }
      return state.waiters
    }
    for waiter in waiters.values { waiter.resume() }
  }

  /// Returns at the next signal after `version`, when the time is up, or when the task is cancelled.
  package func wait(past version: UInt64, atMost duration: Duration) async {
    await withTaskGroup { group in
      group.addTask { await self.wait(past: version) }
      group.addTask { try? await Task.sleep(for: duration) }
      await group.next()
      group.cancelAll()
    }
  }

  private func wait(past version: UInt64) async {
    let id = state.withLock { state in
      state.nextWaiter += 1
      return state.nextWaiter
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let mustWait = state.withLock { state in
          guard state.version == version, !state.isClosed, !Task.isCancelled, state.waiters.count < Self.waiterLimit else { return false }
          state.waiters[id] = continuation
          return true
        }
        if !mustWait { continuation.resume() }
      }
    } onCancel: {
      state.withLock { $0.waiters.removeValue(forKey: id) }?.resume()
    }
  }
}
