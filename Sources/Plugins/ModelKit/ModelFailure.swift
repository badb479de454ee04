package import JSONRPC

/// The ways a model call fails (docs/LLM.md, section 4).
package enum ModelFailure {
  package enum Code: String, Sendable, CaseIterable {
    /// The key is missing, wrong or may not do this.
    case auth = "llm_auth"
    case rateLimited = "llm_rate_limited"
    case contextLength = "llm_context_length"
    case contentFilter = "llm_content_filter"
    case overloaded = "llm_overloaded"
    case timeout = "llm_timeout"
    /// What came back is not what the protocol says, or ended too early.
    case malformed = "llm_malformed"
    /// Anything else.
    case other = "llm_error"

    /// Whether the same call may succeed later.
    package var isPassing: Bool {
      switch self {
      case .rateLimited, .overloaded, .timeout, .malformed: true
      case .auth, .contextLength, .contentFilter, .other: false
      }
    }
  }

  /// - Parameters:
  ///   - isRetryable: nil = as the code says.
  ///   - retryAfter: what the provider asks for.
  package static func error(_ code: Code, _ message: String, isRetryable: Bool? = nil, retryAfter: Duration? = nil) -> RPCError {
    var more: JSONObject = ["retryable": .bool(isRetryable ?? code.isPassing)]
    if let retryAfter {
      let (seconds, attoseconds) = retryAfter.components
      more["retry_after_ms"] = .int(seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
    return .application(code.rawValue, status: 502, message, more: more)
  }

  package static func malformed(_ message: String) -> RPCError { error(.malformed, message) }
}
