import JSONRPC
import ModelKit

/// What a call came to: the provider's answer with what it took.
struct ModelReply: Sendable {
  let provider: String
  /// The provider's result (docs/LLM.md, section 2).
  let result: JSONObject
  let usage: TokenUsage
  /// Nil = the model has no known price.
  let cost: Double?
  let milliseconds: Double

  init(provider: String, result: JSONObject, prices: PriceTable, milliseconds: Double) {
    self.provider = provider
    self.result = result
    self.milliseconds = milliseconds
    usage = TokenUsage(result["usage"] ?? [:])
    cost = prices.price(of: result["model"]?.string ?? "")?.cost(usage)
  }

  var model: String { result["model"]?.string ?? "" }
  var text: String { result["text"]?.string ?? "" }

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
