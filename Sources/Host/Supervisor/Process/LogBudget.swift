/// How much of a plugin's output becomes log: a burst, then a steady rate. The rest is counted.
struct LogBudget: Sendable {
  static let burst = 1_000
  static let linesPerSecond = 100

  private var left = Double(burst)
  private var last: ContinuousClock.Instant?
  private var leftOut = 0

  /// Asks for one line.
  ///
  /// - Returns: nil when it must be left out; else how many were left out since the last one that was not.
  mutating func take(at now: ContinuousClock.Instant) -> Int? {
    if let last { left = min(Double(Self.burst), left + (now - last) / .seconds(1) * Double(Self.linesPerSecond)) }
    last = now
    guard left >= 1 else {
      leftOut += 1
      return nil
    }
    left -= 1
    defer { leftOut = 0 }
    return leftOut
  }
}
