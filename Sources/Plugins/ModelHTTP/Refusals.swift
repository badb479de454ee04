package import JSONRPC
import ModelKit
import NIOHTTP1

/// What a server's refusal means, by status and by the words both families of APIs use.
package enum UpstreamRefusal {
  /// - Parameters:
  ///   - kinds: machine-readable names in the body, such as `error.code` and `error.type`.
  ///   - message: the server's words.
  package static func error(_ reply: UpstreamClient.Reply, kinds: [String], message: String, _ client: UpstreamClient) -> RPCError {
    let text = message.isEmpty ? "HTTP \(reply.status)" : "HTTP \(reply.status): \(client.redacted(message))"
    let code = code(reply.status, kinds, message)
    return ModelFailure.error(
      code, text, isRetryable: kinds.contains("insufficient_quota") || kinds.contains("billing_error") ? false : nil,
      retryAfter: retryAfter(reply))
  }

  private static func code(_ status: Int, _ kinds: [String], _ message: String) -> ModelFailure.Code {
    if kinds.contains("context_length_exceeded") || kinds.contains("request_too_large") { return .contextLength }
    if kinds.contains(where: { $0.contains("content_filter") || $0.contains("content_policy") }) { return .contentFilter }
    switch status {
    case 401, 403: return .auth
    case 408, 504: return .timeout
    case 413: return .contextLength
    case 429: return .rateLimited
    case 500...599: return .overloaded
    // Servers without a code of their own say it in words only.
    case 400 where speaksOfLength(message.lowercased()), 422 where speaksOfLength(message.lowercased()): return .contextLength
    default: return .other
    }
  }

  private static func speaksOfLength(_ message: String) -> Bool {
    [
      "context length", "context window", "context size", "maximum context", "prompt is too long", "too many tokens",
      "exceeds the available",
    ]
    .contains { message.contains($0) }
  }

  /// `retry-after-ms`, else `Retry-After` in seconds.
  private static func retryAfter(_ reply: UpstreamClient.Reply) -> Duration? {
    if let text = reply.headers.first(name: "retry-after-ms"), let value = Double(text), value >= 0, value < 1e9 {
      return .milliseconds(value)
    }
    guard let text = reply.headers.first(name: "retry-after"), let value = Double(text), value >= 0, value < 1e6 else { return nil }
    return .seconds(value)
  }
}
