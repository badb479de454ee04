import JSONRPC
import Synchronization

/// Lets one at a time into each conversation, in the order they came.
final class Turns: Sendable {
  private struct Waiter {
    let id: Int
    let continuation: CheckedContinuation<Void, any Error>
  }

  private struct State {
    /// The queue of each busy conversation.
    var queues: [String: [Waiter]] = [:]
    var nextID = 0
    /// Given up before they queued.
    var cancelled: Set<Int> = []
  }

  /// How many may wait for one conversation.
  private let limit: Int
  private let state = Mutex(State())

  init(limit: Int = 32) { self.limit = limit }

  /// Runs `body` once all earlier ones of this key have ended.
  ///
  /// - Throws: `overloaded` when too many wait; `CancellationError` when given up while waiting; what `body` throws.
  func run<T>(_ key: String, _ body: () async throws -> T) async throws -> T {
    try await enter(key)
    defer { leave(key) }
    return try await body()
  }

  private func enter(_ key: String) async throws {
    let id = state.withLock { state -> Int in
      state.nextID += 1
      return state.nextID
    }
    defer { state.withLock { _ = $0.cancelled.remove(id) } }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
        if let outcome = admit(Waiter(id: id, continuation: continuation), key) { continuation.resume(with: outcome) }
      }
    } onCancel: {
      giveUp(id, key)?.continuation.resume(throwing: CancellationError())
    }
  }

  /// The outcome when there is one at once; nil = the waiter is queued.
  private func admit(_ waiter: Waiter, _ key: String) -> Result<Void, any Error>? {
    state.withLock { state in
      if state.cancelled.contains(waiter.id) { return .failure(CancellationError()) }
      guard let queue = state.queues[key] else {
        state.queues[key] = []
        return .success(())
      }
      guard queue.count < limit else {
        let data: JSON = ["retryable": true, "delivered": "no", "retry_after_ms": 1000]
        return .failure(RPCError(.overloaded, "too many messages wait for this conversation", data: data))
      }
      state.queues[key]?.append(waiter)
      return nil
    }
  }

  private func giveUp(_ id: Int, _ key: String) -> Waiter? {
    state.withLock { state in
      guard let index = state.queues[key]?.firstIndex(where: { $0.id == id }) else {
        state.cancelled.insert(id)
        return nil
      }
      return state.queues[key]?.remove(at: index)
    }
  }

  private func leave(_ key: String) {
    let next = state.withLock { state -> Waiter? in
      guard let queue = state.queues[key], !queue.isEmpty else {
        state.queues[key] = nil
        return nil
      }
      return state.queues[key]?.removeFirst()
    }
    next?.continuation.resume()
  }
}
