import JSONRPC
import Synchronization

/// Lets so many at a time into each place – one into a conversation, a provider's share into a provider – in the order they came.
final class Turns: Sendable {
  private struct Waiter {
    let id: Int
    let continuation: CheckedContinuation<Void, any Error>
  }

  private struct State {
    /// Who is in each place that is not empty, and who waits.
    var places: [String: (inside: Int, waiting: [Waiter])] = [:]
    var nextID = 0
    /// Given up before they queued.
    var cancelled: Set<Int> = []
  }

  /// How many may wait for one place.
  private let limit: Int
  private let state = Mutex(State())

  init(limit: Int = 32) { self.limit = limit }

  /// Runs `body` once there is room in the place.
  ///
  /// - Parameter width: how many may be inside at once.
  /// - Throws: `overloaded` when too many wait; `CancellationError` when given up while waiting; what `body` throws.
  func run<T>(_ key: String, width: Int = 1, _ body: () async throws -> T) async throws -> T {
    try await enter(key, width)
    defer { leave(key) }
    return try await body()
  }

  private func enter(_ key: String, _ width: Int) async throws {
    let id = state.withLock { state -> Int in
      state.nextID += 1
      return state.nextID
    }
    defer { state.withLock { _ = $0.cancelled.remove(id) } }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
        if let outcome = admit(Waiter(id: id, continuation: continuation), key, width) { continuation.resume(with: outcome) }
      }
    } onCancel: {
      giveUp(id, key)?.continuation.resume(throwing: CancellationError())
    }
  }

  /// The outcome when there is one at once; nil = the waiter is queued.
  private func admit(_ waiter: Waiter, _ key: String, _ width: Int) -> Result<Void, any Error>? {
    state.withLock { state in
      if state.cancelled.contains(waiter.id) { return .failure(CancellationError()) }
      let place = state.places[key] ?? (0, [])
      guard place.inside >= width else {
        state.places[key] = (place.inside + 1, place.waiting)
        return .success(())
      }
      guard place.waiting.count < limit else {
        let data: JSON = ["retryable": true, "delivered": "no", "retry_after_ms": 1000]
        return .failure(RPCError(.overloaded, "too many wait already", data: data))
      }
      state.places[key]?.waiting.append(waiter)
      return nil
    }
  }

  private func giveUp(_ id: Int, _ key: String) -> Waiter? {
    state.withLock { state in
      guard let index = state.places[key]?.waiting.firstIndex(where: { $0.id == id }) else {
        state.cancelled.insert(id)
        return nil
      }
      return state.places[key]?.waiting.remove(at: index)
    }
  }

  private func leave(_ key: String) {
    let next = state.withLock { state -> Waiter? in
      guard let place = state.places[key] else { return nil }
      // The next one takes the place of the one that leaves.
      if !place.waiting.isEmpty { return state.places[key]?.waiting.removeFirst() }
      state.places[key] = place.inside > 1 ? (place.inside - 1, []) : nil
      return nil
    }
    next?.continuation.resume()
  }
}
