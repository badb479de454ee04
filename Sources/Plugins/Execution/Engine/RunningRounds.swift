import Synchronization

/// The jobs of rounds this process works on, so that a cancel that arrives here stops their workers at once.
final class RunningRounds: Sendable {
  private let stops = Mutex<[String: [String: AsyncStream<Void>.Continuation]]>([:])

  /// Announces a round's job; the stream yields when it shall stop.
  func begin(_ round: String, job: String) -> AsyncStream<Void> {
    let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    stops.withLock { $0[round, default: [:]][job] = continuation }
    return stream
  }

  func end(_ round: String, job: String) {
    let stop = stops.withLock { stops in
      let stop = stops[round]?.removeValue(forKey: job)
      if stops[round]?.isEmpty == true { stops[round] = nil }
      return stop
    }
    stop?.finish()
  }

  func stop(_ round: String) { stops.withLock { for stop in ($0[round] ?? [:]).values { stop.yield() } } }
}
