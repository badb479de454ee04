import NIOCore
import Synchronization

/// The bytes we stream to a peer; ``send(_:)`` waits while the peer has not given credit.
package final class OutgoingStream: Sendable {
  private struct State {
    var credit: Int
    var end: Result<Void, any Error>?
    var isUsed = false
    var lastWaiter = 0
    var waiters = CircularBuffer<(id: Int, continuation: CheckedContinuation<Void, any Error>)>()
  }

  private let state: Mutex<State>
  private let chunkByteLimit: Int
  private let side: StreamMessage.Side
  private let write: @Sendable (StreamMessage) -> Void

  package init(_ side: StreamMessage.Side, limits: ConnectionLimits, write: @escaping @Sendable (StreamMessage) -> Void) {
    state = Mutex(State(credit: limits.streamWindowByteCount))
    chunkByteLimit = limits.chunkByteLimit
    self.side = side
    self.write = write
  }

  /// Sends bytes in pieces, each as soon as there is credit.
  ///
  /// - Throws: what ``close(_:)`` was given, or `CancellationError`.
  package func send(_ bytes: [UInt8]) async throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = try take(upTo: min(rest.count, chunkByteLimit))
      guard count > 0 else {
        try await waitForCredit()
        continue
      }
      write(.chunk(side, Array(rest.prefix(count))))
      rest = rest.dropFirst(count)
    }
  }

  /// Says that there are no more bytes; once.
  package func finish() {
    let isFirst = state.withLock { state in
      defer { state.end = state.end ?? .success(()) }
      return state.end == nil
    }
    if isFirst { write(StreamMessage(side, .end)) }
  }

  /// ``finish()``, if anything was sent.
  package func finishIfUsed() {
    if state.withLock({ $0.isUsed }) { finish() }
  }

  package func receive(credit count: Int) {
    let waiters = state.withLock { state in
      state.credit += count
      return Self.takeWaiters(&state)
    }
    for waiter in waiters { waiter.continuation.resume() }
  }

  /// Nobody listens any more.
  package func close(_ error: any Error) {
    let waiters = state.withLock { state in
      state.end = state.end ?? .failure(error)
      return Self.takeWaiters(&state)
    }
    for waiter in waiters { waiter.continuation.resume() }
  }

  private func take(upTo count: Int) throws -> Int {
    try Task.checkCancellation()
    return try state.withLock { state in
      switch state.end {
      case .failure(let error): throw error
      case .success: preconditionFailure("a stream is sent to after its end")
      case nil: break
      }
      let taken = min(count, state.credit)
      state.credit -= taken
      state.isUsed = true
      return taken
    }
  }

  private func waitForCredit() async throws {
    let id = state.withLock { state in
      state.lastWaiter += 1
      return state.lastWaiter
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
        let mayGoOn = state.withLock { state in
          guard state.credit == 0, state.end == nil, !Task.isCancelled else { return true }
          state.waiters.append((id, continuation))
          return false
        }
        if mayGoOn { continuation.resume() }
      }
    } onCancel: {
      let waiter = state.withLock { state in
        let index = state.waiters.firstIndex { $0.id == id }
        return index.map { state.waiters.remove(at: $0) }
      }
      waiter?.continuation.resume(throwing: CancellationError())
    }
  }

  private static func takeWaiters(_ state: inout State) -> CircularBuffer<(id: Int, continuation: CheckedContinuation<Void, any Error>)> {
    defer { state.waiters.removeAll() }
    return state.waiters
  }
}
