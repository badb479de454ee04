import Synchronization

/// Answers that stay good for a moment: bounded in time and number.
final class ExpiringCache<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  private struct Entry: Sendable {
    let value: Value
    let expires: ContinuousClock.Instant
  }

  private let entries = Mutex<[Key: Entry]>([:])
  private let life: Duration
  private let countLimit: Int

  init(life: Duration, countLimit: Int) {
    self.life = life
    self.countLimit = countLimit
  }

  func value(_ key: Key, at now: ContinuousClock.Instant = .now) -> Value? {
    entries.withLock { entries in
      guard let entry = entries[key], entry.expires > now else { return nil }
      return entry.value
    }
  }

  /// A full cache first drops what has expired, then everything: a miss costs one read.
  func insert(_ key: Key, _ value: Value, at now: ContinuousClock.Instant = .now) {
    entries.withLock { entries in
      if entries.count >= countLimit { entries = entries.filter { $0.value.expires > now } }
      if entries.count >= countLimit { entries.removeAll(keepingCapacity: true) }
      entries[key] = Entry(value: value, expires: now + life)
    }
  }

  func remove(_ key: Key) { entries.withLock { _ = $0.removeValue(forKey: key) } }

  func removeAll() { entries.withLock { $0.removeAll() } }
}
