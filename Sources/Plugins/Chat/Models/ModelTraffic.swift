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

  /// A call that a limit kept from being made: nobody was asked, so it speaks against nobody.
  struct Refusal: Error {
    let reason: RPCError
  }

  /// Runs one call of a provider when it is its turn.
  ///
  /// - Parameters:
  ///   - tokens: what it may take.
  ///   - left: until the caller stops waiting.
  /// - Throws: ``Refusal`` (`overloaded`, `llm_rate_limited`); what `body` throws.
  func run<T>(
    _ provider: String, tenant: String, tokens: Int64, left: Duration?, _ body: () async throws -> (T, used: Int64)
  ) async throws -> T {
    let own = config.limits(ofTenant: tenant)
    let theirs = config.limits(ofProvider: provider)
    var isMade = false
    do {
      return try await tenants.run(tenant, width: own.concurrency) {
        try await providers.run(provider, width: theirs.concurrency) {
          let rates = [("tenant/\(tenant)", own.tokensPerMinute), ("provider/\(provider)", theirs.tokensPerMinute)].filter { $0.1 > 0 }
          let wait = try take(tokens, from: rates, left)
          var used: Int64 = 0
          defer { for (key, perMinute) in rates { correct(key, perMinute, by: tokens - used) } }
          if wait > .zero { try await Task.sleep(for: wait) }
          isMade = true
          let (result, taken) = try await body()
          used = taken
          return result
        }
      }
    } catch {
      guard !isMade, let reason = error as? RPCError else { throw error }
      throw Refusal(reason: reason)
    }
  }

  /// Takes the tokens out of each bucket, or out of none.
  ///
  /// - Returns: how long to wait for them.
  private func take(_ tokens: Int64, from limits: [(key: String, perMinute: Int64)], _ left: Duration?) throws(RPCError) -> Duration {
    let longest = min(config.retries.longest, left ?? config.retries.longest)
    return try rates.withLock { (rates) throws(RPCError) in
      if rates.count >= Self.rateLimit { rates = [:] }
      var taken: [(key: String, rate: TokenRate)] = []
      var wait: Duration = .zero
      for (key, perMinute) in limits {
        var rate = rates[key] ?? TokenRate(perMinute: perMinute, now: .now)
        guard let own = rate.take(tokens, perMinute: perMinute, longest: longest, now: .now) else {
          throw ModelFailure.error(
            .rateLimited, "\(key): more than \(perMinute) tokens a minute", isRetryable: false, retryAfter: .seconds(60))
        }
        wait = max(wait, own)
        taken.append((key, rate))
      }
      for (key, rate) in taken { rates[key] = rate }
      return wait
    }
  }

  private func correct(_ key: String, _ perMinute: Int64, by tokens: Int64) {
    rates.withLock { $0[key]?.giveBack(tokens, perMinute: perMinute) }
  }
}
