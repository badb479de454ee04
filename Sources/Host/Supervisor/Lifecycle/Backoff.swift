/// Full-jitter exponential back-off: the first retry at once, then a random share of a doubling bound.
///
/// Source: Marc Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
struct Backoff: Sendable {
  private let bounds: ClosedRange<Duration>
  private var attempts = 0

  init(_ bounds: ClosedRange<Duration>) { self.bounds = bounds }

  /// - Parameter random: from 0 up to, not including, 1.
  mutating func next(random: Double) -> Duration {
    defer { attempts = min(attempts + 1, 62) }
    guard attempts > 0 else { return .zero }
    var bound = bounds.lowerBound
    for _ in 1..<attempts where bound < bounds.upperBound { bound = min(bound * 2, bounds.upperBound) }
    return bound * random
  }

  mutating func reset() { attempts = 0 }
}
