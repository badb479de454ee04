/// Counts failed logins by user name and address.
struct LoginFailures: Sendable {
  private var failures: [String: [Int]] = [:]
  private let limit: Int
  private let window: Int
  private let keyLimit: Int

  /// - Parameters:
  ///   - limit: how many failures a key may have within `window` seconds.
  ///   - keyLimit: how many keys are remembered; past it the oldest are forgotten.
  init(limit: Int, window: Int, keyLimit: Int = 10_000) {
    self.limit = limit
    self.window = window
    self.keyLimit = keyLimit
  }

  /// - Returns: seconds until the key may try again; nil = now.
  func wait(_ key: String, at now: Int) -> Int? {
    let recent = (failures[key] ?? []).filter { now - $0 < window }
    guard recent.count >= limit, let oldest = recent.first else { return nil }
    return max(1, window - (now - oldest))
  }

  mutating func failed(_ key: String, at now: Int) {
    if failures.count >= keyLimit, failures[key] == nil { forget(now) }
    failures[key] = ((failures[key] ?? []).filter { now - $0 < window } + [now]).suffix(limit)
  }

  mutating func succeeded(_ key: String) { failures[key] = nil }

  private mutating func forget(_ now: Int) {
    failures = failures.filter { entry in entry.value.contains { now - $0 < window } }
    let excess = failures.count - keyLimit * 9 / 10
    guard excess > 0 else { return }
    for (key, _) in failures.sorted(by: { ($0.value.last ?? 0) < ($1.value.last ?? 0) }).prefix(excess) { failures[key] = nil }
  }
}
