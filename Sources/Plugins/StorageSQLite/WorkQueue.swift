import Dispatch
import Synchronization

/// A bounded queue served by a few workers, each a serial dispatch queue: a thread of its own while there is work, none while idle.
/// Blocking calls belong here, off the threads of async tasks.
package final class WorkQueue<Item: Sendable>: Sendable {
  /// How much may wait, and how much a worker takes at once.
  package struct Limits: Sendable {
    package var items: Int
    package var bytes: Int
    package var batchItems: Int
    package var batchBytes: Int
  }

  private struct State {
    var waiting: [(item: Item, bytes: Int)] = []
    var head = 0
    var bytes = 0
    var idle: [Int]

    var count: Int { waiting.count - head }
  }

  private let state: Mutex<State>
  private let workers: [DispatchQueue]
  private let limits: Limits
  private let handle: @Sendable (Int, [Item]) -> Void

  /// - Parameter handle: gets the worker's number and items in the order they were submitted; one call at a time for each worker.
  package init(_ label: String, workers: Int, limits: Limits, handle: @escaping @Sendable (Int, [Item]) -> Void) {
    self.workers = (0..<workers).map { DispatchQueue(label: "\(label).\($0)", qos: .userInitiated) }
    self.limits = limits
    self.handle = handle
    state = Mutex(State(idle: Array(0..<workers)))
  }

  /// - Parameter bytes: how much memory the item holds, roughly.
  /// - Returns: false when the queue is full; the item was not taken.
  package func submit(_ item: Item, bytes: Int) -> Bool {
    let (isTaken, worker) = state.withLock { state -> (Bool, Int?) in
      guard state.count < limits.items, state.bytes + bytes <= limits.bytes || state.count == 0 else { return (false, nil) }
      state.waiting.append((item, bytes))
      state.bytes += bytes
      return (true, state.idle.popLast())
    }
    if let worker { workers[worker].async { self.work(worker) } }
    return isTaken
  }

  private func work(_ worker: Int) {
    while let items = take(worker) { handle(worker, items) }
  }

  /// The next items; nil when there are none, and the worker counts as idle from then on.
  private func take(_ worker: Int) -> [Item]? {
    state.withLock { state in
      guard state.count > 0 else {
        state.idle.append(worker)
        return nil
      }
      var items: [Item] = []
      var bytes = 0
      while state.count > 0, items.count < limits.batchItems, items.isEmpty || bytes + state.waiting[state.head].bytes <= limits.batchBytes
      {
        let next = state.waiting[state.head]
        items.append(next.item)
        bytes += next.bytes
        state.head += 1
      }
      state.bytes -= bytes
      if state.head == state.waiting.count || state.head > limits.items {
        state.waiting.removeFirst(state.head)
        state.head = 0
      }
      return items
    }
  }
}
