import JSONRPC
import Synchronization

/// Remembers names, a bounded number of them.
final class SeenNames: Sendable {
  private static let limit = 1000
  private let names = Mutex<Set<String>>([])

  /// Whether the name comes for the first time.
  func isNew(_ name: String) -> Bool { names.withLock { $0.count < Self.limit && $0.insert(name).inserted } }
}

/// Which providers fail again and again and are left alone for a while.
final class ProviderHealth: Sendable {
  private struct Record {
    var failures = 0
    var coolUntil: ContinuousClock.Instant?
  }

  private let failureLimit: Int
  private let cooldown: Duration
  private let longestWait: Duration
  private let records = Mutex<[String: Record]>([:])

  /// - Parameters:
  ///   - failureLimit: failures in a row.
  ///   - longestWait: who asks for more patience than this is left alone at once, for as long as it asks.
  init(failureLimit: Int, cooldown: Duration, longestWait: Duration) {
    self.failureLimit = failureLimit
    self.cooldown = cooldown
    self.longestWait = longestWait
  }

  /// How long the provider is still left alone; nil = it may be asked.
  func rest(of provider: String, now: ContinuousClock.Instant = .now) -> Duration? {
    records.withLock { records in
      guard let end = records[provider]?.coolUntil, end > now else { return nil }
      return end - now
    }
  }

  func succeeded(_ provider: String) { records.withLock { $0[provider] = nil } }

  /// - Returns: whether this failure is the one after which the provider is left alone.
  @discardableResult
  func failed(_ provider: String, _ error: RPCError, now: ContinuousClock.Instant = .now) -> Bool {
    guard ProviderHealth.isProvidersFault(error) else { return false }
    let asked = error.data["retry_after_ms"].int.map { Duration.milliseconds(min(max(0, $0), 3_600_000)) }
    return records.withLock { records in
      var record = records[provider] ?? Record()
      defer { records[provider] = record }
      if let asked, asked > longestWait {
        record.coolUntil = now + asked
        return true
      }
      record.failures += 1
      guard record.failures >= failureLimit else { return false }
      record.failures = 0
      record.coolUntil = now + cooldown
      return true
    }
  }

  /// Not every failure speaks against the provider: a prompt may be too long or improper.
  private static func isProvidersFault(_ error: RPCError) -> Bool {
    switch error.code {
    case .unavailable, .pluginDied, .overloaded, .circuitOpen, .deadline: true
    case .application:
      ["llm_auth", "llm_rate_limited", "llm_overloaded", "llm_timeout", "llm_malformed"].contains(error.applicationCode ?? "")
    default: false
    }
  }
}
