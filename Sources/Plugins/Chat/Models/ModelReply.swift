import JSONRPC

/// What a call came to: the provider's answer with what it took.
struct ModelReply: Sendable {
  let provider: String
  /// The provider's result (docs/PROTOCOL.md, section 11).
  let result: JSONObject
  /// Nil = the model has no known price.
  let cost: Double?
  let milliseconds: Double

  var model: String { result["model"]?.string ?? "" }
  var inputTokens: Int64 { tokens("input_tokens") }
  var outputTokens: Int64 { tokens("output_tokens") }
  var totalTokens: Int64 { inputTokens + outputTokens }

  private func tokens(_ name: String) -> Int64 { min(max(0, result["usage"]?[name].int ?? 0), 1 << 40) }

  /// The result of `models.complete`.
  var json: JSON {
    .object(result.merging(["cost_usd": cost.map(JSON.double) ?? .null, "provider": .string(provider)]))
  }

  /// The cost as decimal columns are written, 0 when unknown: rounded to millionths.
  var costText: String {
    let micro = ((cost ?? 0) * 1_000_000).rounded()
    let whole = micro.isFinite ? Int64(min(max(micro, 0), 9e15)) : 0
    let fraction = String(whole % 1_000_000)
    return "\(whole / 1_000_000)." + String(repeating: "0", count: 6 - fraction.count) + fraction
  }
}
