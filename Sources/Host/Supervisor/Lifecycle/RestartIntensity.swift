/// Counts restarts within a sliding period, as OTP's supervisors do.
struct RestartIntensity: Sendable {
  private let limit: Int
  private let period: Duration
  private var instants: [ContinuousClock.Instant] = []

  init(limit: Int, period: Duration) {
    self.limit = limit
    self.period = period
  }

  /// Records a crash.
  ///
  /// - Returns: whether there were more than `limit` in the period that ends now.
  mutating func exceeds(at now: ContinuousClock.Instant) -> Bool {
    instants.removeAll { now - $0 > period }
    instants.append(now)
    if instants.count > limit + 1 { instants.removeFirst() }
    return instants.count > limit
  }

  mutating func reset() { instants.removeAll() }
}
