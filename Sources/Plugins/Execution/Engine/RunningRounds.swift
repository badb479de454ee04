import Synchronization

/// The rounds this process works on, so that a cancel that arrives here stops its worker at once.
final class RunningRounds: Sendable {
  private let stops = Mutex<[String: AsyncStream<Void>.Continuation]>([:])

  /// Announces a round; the stream yields when it shall stop.
  func begin(_ round: String) -> AsyncStream<Void> {
    let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    stops.withLock { $0[round] = continuation }
    return stream
  }

  func end(_ round: String) { stops.withLock { $0.removeValue(forKey: round) }?.finish() }

  func stop(_ round: String) { stops.withLock { _ = $0[round]?.yield() } }
}
