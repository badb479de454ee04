/// So many requests in a unit of time: also how many may come at once after a pause.
package struct RateLimit: Sendable, Equatable {
  package let count: Int
  package let period: Duration

  package init(count: Int, period: Duration) {
    self.count = count
    self.period = period
  }

  private static let units: [String: Duration] = ["s": .seconds(1), "m": .seconds(60), "h": .seconds(3600)]
  private static let countLimit = 1_000_000_000

  /// Reads `50/s`, `600/m` or `10000/h`.
  package init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let count = Int(parts[0]), (1...RateLimit.countLimit).contains(count),
      let period = RateLimit.units[String(parts[1])]
    else { return nil }
    self.init(count: count, period: period)
  }
}
