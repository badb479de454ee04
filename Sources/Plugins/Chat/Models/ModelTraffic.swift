import JSONRPC
import ModelKit
import Synchronization

/// Keeps providers and tenants to their limits: calls at once, tokens a minute.
final class ModelTraffic: Sendable {
  private let config: RouterConfig
  private let providers = Turns(limit: 1024)
  private let tenants = Turns(limit: 256)
  private let rates = Mutex<[String: TokenRate]>([:])
  private static let rateLimit = 20_000

  init(_ config: RouterConfig) { self.config = config }

  /// Runs one call of a provider when it is its turn.
  ///
  /// - Parameters:
  ///   - tokens: what it may take.
  ///   - left: until the caller stops waiting.
  /// - Throws: `overloaded`, `llm_rate_limited`; what `body` throws.
  func run<T>(
    _ provider: String, tenant: String, tokens: Int64, left: Duration?, _ body: () async throws -> (T, used: Int64)
  ) async throws -> T {
    let own = config.limits(ofTenant: tenant)
    let theirs = config.limits(ofProvider: provider)
    return try await tenants.run(tenant, width: own.concurrency) {
      try await providers.run(provider, width: theirs.concurrency) {
        let rates = [("tenant/\(tenant)", own.tokensPerMinute), ("provider/\(provider)", theirs.tokensPerMinute)].filter { $0.1 > 0 }
        for (key, perMinute) in rates { try await wait(key, perMinute, tokens, left) }
        var used: Int64 = 0
        defer { for (key, perMinute) in rates { correct(key, perMinute, by: tokens - used) } }
        let (result, taken) = try await body()
        used = taken
        return result
      }
    }
  }

  private func wait(_ key: String, _ perMinute: Int64, _ tokens: Int64, _ left: Duration?) async throws {
    let longest = min(config.retries.longest, left ?? config.retries.longest)
    let wait = rates.withLock { rates -> Duration? in
      if rates.count >= Self.rateLimit { rates = [:] }
      var rate = rates[key] ?? TokenRate(perMinute: perMinute, now: .now)
      defer { rates[key] = rate }
      return rate.take(tokens, perMinute: perMinute, longest: longest, now: .now)
    }
    guard let wait else {
      throw ModelFailure.error(.rateLimited, "\(key): more than \(perMinute) tokens a minute", isRetryable: false, retryAfter: .seconds(60))
    }
    if wait > .zero { try await Task.sleep(for: wait) }
  }

  private func correct(_ key: String, _ perMinute: Int64, by tokens: Int64) {
    rates.withLock { $0[key]?.giveBack(tokens, perMinute: perMinute) }
  }
}
