import JSONRPC

/// Whether and when a failed call is made again.
struct RetryPolicy: Sendable {
  /// Calls of one target, the first included.
  var attempts = 3
  var base: Duration = .milliseconds(500)
  /// The longest wait, whatever a provider asks for.
  var longest: Duration = .seconds(30)

  enum Step: Equatable {
    /// The same target again after this time.
    case retry(after: Duration)
    /// The next target, if there is one.
    case fallBack
    /// No target would do better.
    case giveUp
  }

  /// - Parameters:
  ///   - attempt: from 1, of this target.
  ///   - left: until the caller stops waiting; nil = it does not say.
  ///   - chance: 0 to 1, spreads the retries of many callers.
  func step(after error: RPCError, attempt: Int, left: Duration?, chance: Double) -> Step {
    switch error.code {
    case .cancelled, .invalidParams: return .giveUp
    case .deadline where left.map({ $0 <= .zero }) ?? false: return .giveUp
    default: break
    }
    guard RetryPolicy.isPassing(error), attempt < attempts else { return .fallBack }
    let wait = wait(error, attempt, chance)
    if wait > longest { return .fallBack }
    if let left, wait >= left { return .fallBack }
    return .retry(after: wait)
  }

  /// What the provider asks for and up to a tenth more; else exponential, with full jitter in its upper half.
  private func wait(_ error: RPCError, _ attempt: Int, _ chance: Double) -> Duration {
    if let asked = error.data["retry_after_ms"].int { return .milliseconds(max(0, asked)) * (1 + chance / 10) }
    return min(base * Double(1 << min(attempt - 1, 10)), longest) * (0.5 + chance / 2)
  }

  /// Whether the failure may pass by itself.
  private static func isPassing(_ error: RPCError) -> Bool {
    switch error.code {
    case .unavailable, .pluginDied, .overloaded, .circuitOpen, .draining: true
    case .application:
      error.data["retryable"].bool ?? ["llm_rate_limited", "llm_overloaded", "llm_timeout"].contains(error.applicationCode)
    default: false
    }
  }
}
