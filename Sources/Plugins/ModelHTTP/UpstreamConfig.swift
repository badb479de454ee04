import FoundationEssentials
package import JSONRPC
package import PluginKit
package import PluginProtocol

/// How a provider's server is reached: the keys every network provider of `llm` shares (docs/LLM.md, section 6).
package struct UpstreamConfig: Sendable {
  package var baseURL: String
  /// For requests that name no model or `default`.
  package var model: String
  /// Listed beside what the server lists.
  package var models: [String]
  /// Tokens a model reads and writes at once; nil = as the server says.
  package var context: Int64?
  package var headers: [(name: String, value: String)]
  var proxy: URL?
  /// A PEM file of further certificate authorities.
  package var authorityFile: String?
  package var connect: Duration
  package var firstByte: Duration
  package var idle: Duration
  package var connections: Int
  /// Never logged, cut out of every message.
  package var secrets: [String]

  package static let keys: [ConfigKeySpec] = [
    ConfigKeySpec("preset", "string", default: "", "A known service: its address, default model and habits."),
    ConfigKeySpec("base_url", "string", default: "", "The API's address; empty = the preset's."),
    ConfigKeySpec("model", "string", default: "", "What a request for the model \"default\" gets; empty = the preset's."),
    ConfigKeySpec("models", "list", default: [], "Models to list beside those the server lists."),
    ConfigKeySpec(
      "context", "integer", default: 0, "Tokens a model reads and writes at once, where the server does not say it, or says it wrongly."),
    ConfigKeySpec("headers", "table", default: [:], "Headers to send with every request."),
    ConfigKeySpec("proxy", "string", default: "", "http://host:port of an HTTP proxy; with credentials: as a secret of the same name."),
    ConfigKeySpec("ca_file", "string", default: "", "A PEM file of certificate authorities to trust beside the system's."),
    ConfigKeySpec("connect_seconds", "number", default: 10, "The longest a connection may take, TLS included."),
    ConfigKeySpec("first_byte_seconds", "number", default: 120, "The longest the server may think before it answers."),
    ConfigKeySpec("idle_seconds", "number", default: 60, "The longest silence within an answer."),
    ConfigKeySpec("connections", "integer", default: 64, "Connections at once."),
  ]

  /// - Parameter presets: what `preset` may name; the first is the default.
  /// - Throws: ``PluginExit/configuration(_:)`` that names the key.
  package init(_ start: PluginStart, presets: [ProviderPreset]) throws {
    let config = start.config
    let known = Set(Self.keys.map(\.name)).union(["max_tokens"])
    if let strange = config.names.first(where: { !known.contains($0) }) { throw PluginExit.configuration("\(strange): not a known key") }
    let preset = try Self.preset(config["preset"]?.string ?? "", of: presets)
    let address = Self.text(config, "base_url") ?? preset.baseURL
    guard let url = URL(string: address), ["http", "https"].contains(url.scheme ?? ""), let host = url.host(), !host.isEmpty else {
      throw PluginExit.configuration("base_url: \(address.isEmpty ? "is needed" : "\(address) is not an http or https address")")
    }
    baseURL = address.hasSuffix("/") ? String(address.dropLast()) : address
    model = Self.text(config, "model") ?? preset.model
    models = (config["models"]?.array ?? []).compactMap(\.string)
    context = try Self.context(config["context"] ?? 0)
    headers = (config["headers"]?.object?.members ?? []).compactMap { member in member.value.string.map { (member.name, $0) } }
    let proxy = start.secrets["proxy"] ?? Self.text(config, "proxy")
    self.proxy = proxy.flatMap { URL(string: $0) }
    guard proxy == nil || (self.proxy?.scheme == "http" && self.proxy?.host() != nil) else {
      throw PluginExit.configuration("proxy: must be http://host:port")
    }
    authorityFile = Self.text(config, "ca_file")
    connect = try Self.seconds(config, "connect_seconds", 10)
    firstByte = try Self.seconds(config, "first_byte_seconds", 120)
    idle = try Self.seconds(config, "idle_seconds", 60)
    connections = Int(clamping: min(max(1, config["connections"]?.int ?? 64), 1024))
    secrets = start.secrets.values.filter { !$0.isEmpty }
    guard !preset.needsKey || address != preset.baseURL || start.secrets["api_key"] != nil else {
      throw PluginExit.configuration("secret api_key: \(preset.name) needs one")
    }
  }

  /// The model a request means.
  ///
  /// - Throws: `invalid_params` when neither the request nor the configuration names one.
  package func resolved(_ name: String) throws(RPCError) -> String {
    let resolved = name.isEmpty || name == "default" ? model : name
    guard !resolved.isEmpty else { throw RPCError(.invalidParams, "model: the configuration has no default model") }
    return resolved
  }

  private static func preset(_ name: String, of presets: [ProviderPreset]) throws -> ProviderPreset {
    guard let preset = name.isEmpty ? presets.first : presets.first(where: { $0.name == name }) else {
      throw PluginExit.configuration("preset: \(name) is none of \(presets.map(\.name).joined(separator: ", "))")
    }
    return preset
  }

  private static func text(_ config: JSONObject, _ key: String) -> String? { config[key]?.string.flatMap { $0.isEmpty ? nil : $0 } }

  private static func context(_ json: JSON) throws -> Int64? {
    guard let value = json.int, value >= 0 else { throw PluginExit.configuration("context: must be a number of tokens") }
    return value > 0 ? value : nil
  }

  private static func seconds(_ config: JSONObject, _ key: String, _ fallback: Double) throws -> Duration {
    guard let value = config[key] else { return .seconds(fallback) }
    guard let seconds = value.double, seconds > 0, seconds <= 3600 else {
      throw PluginExit.configuration("\(key): must be a number of seconds up to 3600")
    }
    return .seconds(seconds)
  }
}

/// A service of the world, as its documentation describes it.
package struct ProviderPreset: Sendable {
  package let name: String
  package let baseURL: String
  /// Empty = the operator must name one.
  package let model: String
  package let needsKey: Bool

  package init(_ name: String, _ baseURL: String, model: String = "", needsKey: Bool = true) {
    self.name = name
    self.baseURL = baseURL
    self.model = model
    self.needsKey = needsKey
  }
}
