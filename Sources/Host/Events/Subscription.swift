import Synchronization

/// One subscriber's queue: bounded; who reads too slowly is cut off rather than served with gaps.
package final class Subscription: Sendable {
  package enum Item: Sendable, Equatable {
    case event(StoredEvent)
    /// Time passed; something should be sent so that both sides know the line lives.
    case heartbeat
  }

  private struct State {
    var items: [Item] = []
    var head = 0
    var waiter: CheckedContinuation<Item?, Never>?
    var isClosed = false

    mutating func pop() -> Item? {
      guard head < items.count else { return nil }
      let item = items[head]
      head += 1
      if head == items.count || head > 256 {
        items.removeFirst(head)
        head = 0
      }
      return item
    }
  }

  package let scope: EventScope
  private let bufferLimit: Int
  private let state = Mutex(State())

  init(_ scope: EventScope, bufferLimit: Int) {
    self.scope = scope
    self.bufferLimit = bufferLimit
  }

  /// The next item; nil once the subscription is closed, or the task cancelled. One reader at a time.
  package func next() async -> Item? {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let now: Item?? = state.withLock { state in
          if let item = state.pop() { return .some(item) }
          if state.isClosed || Task.isCancelled { return .some(nil) }
          state.waiter = continuation
          return nil
        }
        if let now { continuation.resume(returning: now) }
      }
    } onCancel: {
      close()
    }
  }

  /// Ends the reader after what is already queued.
  package func close() {
    let waiter = state.withLock { state in
      state.isClosed = true
      defer { state.waiter = nil }
      return state.waiter
    }
    waiter?.resume(returning: nil)
  }

  package var isClosed: Bool { state.withLock { $0.isClosed } }

  /// - Returns: false when the subscriber is gone: closed, or just cut off for being `bufferLimit` items behind.
  func offer(_ item: Item) -> Bool {
    let (isOpen, waiter): (Bool, CheckedContinuation<Item?, Never>?) = state.withLock { state in
      guard !state.isClosed else { return (false, nil) }
      if let waiter = state.waiter {
        state.waiter = nil
        return (true, waiter)
      }
      guard state.items.count - state.head < bufferLimit else {
        state.isClosed = true
        return (false, nil)
      }
      state.items.append(item)
      return (true, nil)
    }
    waiter?.resume(returning: item)
    return isOpen
  }
}
