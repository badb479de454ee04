/// A bucket of tokens that refills by the minute.
struct TokenRate: Sendable, Equatable {
  private var level: Double
  private var at: ContinuousClock.Instant

  init(perMinute: Int64, now: ContinuousClock.Instant) {
    level = Double(perMinute)
    at = now
  }

  /// Takes tokens out and says how long to wait for them; a call larger than the bucket waits until it is full.
  ///
  /// - Returns: nil when the wait would be longer than `longest`: nothing was taken.
  mutating func take(_ tokens: Int64, perMinute: Int64, longest: Duration, now: ContinuousClock.Instant) -> Duration? {
    fill(perMinute, now)
    let missing = min(Double(tokens), Double(perMinute)) - level
    let wait: Duration = missing > 0 ? .seconds(missing * 60 / Double(perMinute)) : .zero
    guard wait <= longest else { return nil }
    level -= Double(tokens)
    return wait
  }

  /// Corrects an estimate by what it was in the end.
  mutating func giveBack(_ tokens: Int64, perMinute: Int64) { level = min(level + Double(tokens), Double(perMinute)) }

  private mutating func fill(_ perMinute: Int64, _ now: ContinuousClock.Instant) {
    level = min(level + (now - at) / .seconds(60) * Double(perMinute), Double(perMinute))
    at = now
  }
}
