import NIOCore
import Synchronization

/// The bytes a peer streams to us, in the order sent. One consumer; credit goes back as it consumes.
package final class IncomingStream: AsyncSequence, Sendable {
  package typealias Element = [UInt8]
  package typealias Failure = any Error

  private struct State {
    var chunks = CircularBuffer<[UInt8]>()
    var end: Result<Void, any Error>?
    var consumer: CheckedContinuation<[UInt8]?, any Error>?
  }

  private let state = Mutex(State())
  private let credit: @Sendable (Int) -> Void

  /// - Parameter credit: told how many bytes were consumed.
  package init(credit: @escaping @Sendable (Int) -> Void) { self.credit = credit }

  /// A stream without bytes.
  package static var empty: IncomingStream {
    let stream = IncomingStream { _ in }
    stream.finish()
    return stream
  }

  package func makeAsyncIterator() -> Iterator { Iterator(stream: self) }

  package struct Iterator: AsyncIteratorProtocol {
    let stream: IncomingStream

    package func next() async throws -> [UInt8]? { try await stream.next() }
    package func next(isolation actor: isolated (any Actor)?) async throws -> [UInt8]? { try await stream.next() }
  }

  package func yield(_ bytes: [UInt8]) {
    let consumer = state.withLock { state -> CheckedContinuation<[UInt8]?, any Error>? in
      guard state.end == nil else { return nil }
      if state.consumer == nil { state.chunks.append(bytes) }
      defer { state.consumer = nil }
      return state.consumer
    }
    guard let consumer else { return }
    credit(bytes.count)
    consumer.resume(returning: bytes)
  }

  /// No more bytes; those buffered can still be read.
  package func finish(_ end: Result<Void, any Error> = .success(())) {
    let consumer = state.withLock { state -> CheckedContinuation<[UInt8]?, any Error>? in
      guard state.end == nil else { return nil }
      state.end = end
      defer { state.consumer = nil }
      return state.consumer
    }
    consumer?.resume(with: end.map { nil })
  }

  private func next() async throws -> [UInt8]? {
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let ready: Result<[UInt8]?, any Error>? = state.withLock { state in
          if let bytes = state.chunks.popFirst() { return .success(bytes) }
          if let end = state.end { return end.map { nil } }
          if Task.isCancelled { return .failure(CancellationError()) }
          precondition(state.consumer == nil, "a stream has one consumer")
          state.consumer = continuation
          return nil
        }
        guard let ready else { return }
        if case .success(let bytes?) = ready { credit(bytes.count) }
        continuation.resume(with: ready)
      }
    } onCancel: {
      let consumer = state.withLock { state -> CheckedContinuation<[UInt8]?, any Error>? in
        defer { state.consumer = nil }
        return state.consumer
      }
      consumer?.resume(throwing: CancellationError())
    }
  }
}
