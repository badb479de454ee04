/// A bucket of tokens for each sender: a request takes one, time brings them back. A full bucket is not remembered.
struct TokenBuckets: Sendable {
  private struct Bucket {
    var tokens: Double
    var filled: ContinuousClock.Instant
  }

  private var buckets: [String: Bucket] = [:]
  private let limit: RateLimit
  private let keyLimit: Int

  /// - Parameter keyLimit: how many senders are remembered; past it those with the fullest buckets are forgotten.
  init(_ limit: RateLimit, keyLimit: Int = 50_000) {
    self.limit = limit
    self.keyLimit = keyLimit
  }

  /// Takes a token.
  ///
  /// - Returns: nil when there was one, else how long until there is.
  mutating func take(_ key: String, at now: ContinuousClock.Instant) -> Duration? {
    if buckets.count >= keyLimit, buckets[key] == nil { forget(now) }
    let tokens = tokens(key, at: now)
    guard tokens >= 1 else {
      buckets[key] = Bucket(tokens: tokens, filled: now)
      return .seconds((1 - tokens) / perSecond)
    }
    buckets[key] = Bucket(tokens: tokens - 1, filled: now)
    return nil
  }

  private var perSecond: Double { Double(limit.count) / (limit.period / .seconds(1)) }

  private func tokens(_ key: String, at now: ContinuousClock.Instant) -> Double {
    guard let bucket = buckets[key] else { return Double(limit.count) }
    return min(Double(limit.count), bucket.tokens + max(0, (now - bucket.filled) / .seconds(1)) * perSecond)
  }

  private mutating func forget(_ now: ContinuousClock.Instant) {
    let levels = buckets.keys.map { (key: $0, tokens: tokens($0, at: now)) }.sorted { $0.tokens > $1.tokens }
    let full = levels.prefix { $0.tokens >= Double(limit.count) }.count
    for level in levels.prefix(max(full, keyLimit / 10)) { buckets[level.key] = nil }
  }
}
