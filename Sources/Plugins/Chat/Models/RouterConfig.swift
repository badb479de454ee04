import JSONRPC

/// The router's keys, read (docs/LLM.md, section 10).
struct RouterConfig: Sendable {
  /// How much at once and how fast.
  struct Limits: Sendable, Equatable {
    var concurrency: Int
    /// 0 = as many as they like.
    var tokensPerMinute: Int64
  }

  struct Tenant: Sendable {
    let aliases: ModelAliases
    let limits: Limits
  }

  var aliases: ModelAliases
  var prices: PriceTable
  var retries = RetryPolicy()
  var mode = ModelCall.Mode.live
  var redactsJournal = false
  /// Providers whose tokens nobody pays for.
  var unmetered: Set<String> = ["llm-offline"]
  var provider = Limits(concurrency: 64, tokensPerMinute: 0)
  var providers: [String: Limits] = [:]
  var tenant = Limits(concurrency: 32, tokensPerMinute: 0)
  var tenants: [String: Tenant] = [:]
  var cooldownFailures = 5
  var cooldown: Duration = .seconds(30)
  var callLimit: Duration = .seconds(300)

  /// - Throws: ``ConfigMistake`` that names the key.
  init(_ config: JSONObject) throws(ConfigMistake) {
    aliases = try ModelAliases(config["aliases"]?.object ?? [:])
    prices = try PriceTable(config: config["prices"]?.object ?? [:])
    retries.attempts = min(max(1, Int(clamping: config["attempts"]?.int ?? 3)), 10)
    if let text = config["mode"] {
      guard let mode = text.string.flatMap(ModelCall.Mode.init) else {
        throw ConfigMistake(description: "mode: must be live, record or replay")
      }
      self.mode = mode
    }
    if let text = config["journal"] {
      guard text == "full" || text == "redacted" else { throw ConfigMistake(description: "journal: must be full or redacted") }
      redactsJournal = text == "redacted"
    }
    if let list = config["unmetered"]?.array { unmetered = Set(list.compactMap(\.string)) }
    for (name, value) in config["providers"]?.object?.members ?? [] {
      providers[name] = try Self.limits(value, over: provider, "providers.\(name)")
    }
    tenant.concurrency = try Self.number(config["tenant_concurrency"], "tenant_concurrency", 1...10_000) ?? tenant.concurrency
    tenant.tokensPerMinute = Int64(
      try Self.number(config["tenant_tokens_per_minute"], "tenant_tokens_per_minute", 0...1_000_000_000) ?? 0)
    for (id, value) in config["tenants"]?.object?.members ?? [] {
      tenants[id.lowercased()] = Tenant(
        aliases: try ModelAliases(value["aliases"].object ?? [:]), limits: try Self.limits(value, over: tenant, "tenants.\(id)"))
    }
    cooldownFailures = try Self.number(config["cooldown_failures"], "cooldown_failures", 1...1000) ?? cooldownFailures
    cooldown = try Self.number(config["cooldown_seconds"], "cooldown_seconds", 0...3600).map { .seconds($0) } ?? cooldown
    callLimit = try Self.number(config["call_seconds"], "call_seconds", 1...3600).map { .seconds($0) } ?? callLimit
  }

  func limits(ofProvider id: String) -> Limits { providers[id] ?? provider }
  func limits(ofTenant id: String) -> Limits { tenants[id]?.limits ?? tenant }

  /// What a tenant's alias stands for, in the order it is tried: the tenant's own entry, its own default, then everybody's.
  func targets(_ alias: String, tenant id: String) -> [ModelAliases.Target] {
    tenants[id]?.aliases.own(alias) ?? aliases.targets(alias)
  }

  private static func limits(_ json: JSON, over base: Limits, _ path: String) throws(ConfigMistake) -> Limits {
    Limits(
      concurrency: try number(json["concurrency"], "\(path).concurrency", 1...10_000) ?? base.concurrency,
      tokensPerMinute: try number(json["tokens_per_minute"], "\(path).tokens_per_minute", 0...1_000_000_000).map { Int64($0) }
        ?? base.tokensPerMinute)
  }

  private static func number(_ json: JSON?, _ path: String, _ range: ClosedRange<Int64>) throws(ConfigMistake) -> Int? {
    guard let json, !json.isNull else { return nil }
    guard let value = json.int, range.contains(value) else {
      throw ConfigMistake(description: "\(path): must be an integer from \(range.lowerBound) to \(range.upperBound)")
    }
    return Int(value)
  }
}
