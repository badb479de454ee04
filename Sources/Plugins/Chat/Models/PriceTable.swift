import JSONRPC
import ModelKit

/// Prices of models in US dollars per 1 000 tokens.
///
/// Source: contract execution.md, section 15, with DECISIONS 19: the longest matching prefix, an unknown model has no price.
struct PriceTable: Sendable {
  struct Price: Sendable, Equatable {
    let input: Double
    let output: Double
    /// Of what came from the provider's cache and what went into it; nil = as ``input``.
    var cached: Double?
    var cacheWrite: Double?

    func cost(_ usage: TokenUsage) -> Double {
      let read =
        Double(usage.input) * input / 1000 + Double(usage.cached) * (cached ?? input) / 1000
        + Double(usage.cacheWrite) * (cacheWrite ?? input) / 1000
      return read + Double(usage.written) * output / 1000
    }
  }

  private var prices: [String: Price]

  /// - Parameter configured: written over the defaults, by lower-case name or prefix.
  init(configured: [String: Price] = [:]) {
    prices = PriceTable.defaults.merging(configured) { _, new in new }
  }

  /// - Parameter config: model or prefix → `{input, output, cached?, cache_write?}`.
  /// - Throws: ``ConfigMistake`` that names the model.
  init(config: JSONObject) throws(ConfigMistake) {
    var configured: [String: Price] = [:]
    for (name, value) in config.members {
      guard let input = value["input"].double, let output = value["output"].double, input >= 0, output >= 0 else {
        throw ConfigMistake(description: "prices.\(name): input and output must be numbers of at least 0")
      }
      let more = ["cached", "cache_write"].map { value[$0] }
      guard more.allSatisfy({ $0.isNull || ($0.double ?? -1) >= 0 }) else {
        throw ConfigMistake(description: "prices.\(name): cached and cache_write must be numbers of at least 0")
      }
      configured[name.lowercased()] = Price(input: input, output: output, cached: more[0].double, cacheWrite: more[1].double)
    }
    self.init(configured: configured)
  }

  /// The price of a model, or nil when it is unknown.
  ///
  /// In this order: the longest entry that is the name or a prefix of it up to a separator; the same for what stands behind each `/`;
  /// the first family whose name occurs in it.
  func price(of model: String) -> Price? {
    let name = model.lowercased()
    var rest = name[...]
    while true {
      let matching = prices.keys.filter { PriceTable.begins(rest, with: $0) }
      if let longest = matching.max(by: { $0.count < $1.count }) { return prices[longest] }
      guard let slash = rest.firstIndex(of: "/") else { break }
      rest = rest[rest.index(after: slash)...]
    }
    return PriceTable.families.first { family in PriceTable.contains(name, family.name, anywhere: family.anywhere) }.flatMap {
      prices[$0.entry]
    }
  }

  private static func begins(_ name: Substring, with entry: String) -> Bool {
    guard name.hasPrefix(entry) else { return false }
    return endsAtSeparator(name.dropFirst(entry.count))
  }

  private static func contains(_ name: String, _ family: String, anywhere: Bool) -> Bool {
    guard let range = name.firstRange(of: family) else { return false }
    return anywhere || endsAtSeparator(name[range.upperBound...])
  }

  private static func endsAtSeparator(_ rest: Substring) -> Bool { rest.first.map { "-:@/".contains($0) } ?? true }
}

extension PriceTable {
  static let defaults: [String: Price] = [
    "gpt-4o": Price(input: 0.005, output: 0.015), "gpt-4o-mini": Price(input: 0.00015, output: 0.0006),
    "gpt-4-turbo": Price(input: 0.01, output: 0.03), "gpt-4": Price(input: 0.03, output: 0.06),
    "gpt-3.5-turbo": Price(input: 0.0005, output: 0.0015), "o1": Price(input: 0.015, output: 0.06),
    "o1-mini": Price(input: 0.003, output: 0.012), "claude-3-5-sonnet": Price(input: 0.003, output: 0.015),
    "claude-3-5-haiku": Price(input: 0.001, output: 0.005), "claude-3-opus": Price(input: 0.015, output: 0.075),
    "claude-3-sonnet": Price(input: 0.003, output: 0.015), "claude-3-haiku": Price(input: 0.00025, output: 0.00125),
    "gemini-1.5-pro": Price(input: 0.00125, output: 0.005), "gemini-1.5-flash": Price(input: 0.000075, output: 0.0003),
    "gemini-2.0-flash": Price(input: 0.0001, output: 0.0004), "qwen-turbo": Price(input: 0.0001, output: 0.0002),
    "qwen-plus": Price(input: 0.0004, output: 0.0012), "qwen-max": Price(input: 0.002, output: 0.006),
    "qwen2.5": Price(input: 0.0001, output: 0.0002), "qwen3": Price(input: 0.0001, output: 0.0002),
    "deepseek-chat": Price(input: 0.00014, output: 0.00028), "deepseek-coder": Price(input: 0.00014, output: 0.00028),
    "default_local": Price(input: 0, output: 0), "offline": Price(input: 0, output: 0),
  ]

  /// Names that occur anywhere in a model's name, in this order. One that carries a version must end at a separator.
  private static let families: [(name: String, entry: String, anywhere: Bool)] = [
    ("gpt-4o-mini", "gpt-4o-mini", false), ("gpt-4o", "gpt-4o", false), ("gpt-4-turbo", "gpt-4-turbo", false), ("gpt-4", "gpt-4", false),
    ("gpt-3.5", "gpt-3.5-turbo", false), ("claude-3-5-sonnet", "claude-3-5-sonnet", false), ("claude-3-opus", "claude-3-opus", false),
    ("claude-3-sonnet", "claude-3-sonnet", false), ("claude-3-haiku", "claude-3-haiku", false), ("gemini-1.5-pro", "gemini-1.5-pro", false),
    ("gemini-1.5-flash", "gemini-1.5-flash", false), ("gemini-2.0", "gemini-2.0-flash", false), ("qwen", "qwen2.5", true),
    ("deepseek", "deepseek-chat", true), ("ollama", "default_local", true), ("llama", "default_local", true),
    ("local", "default_local", true),
  ]
}
