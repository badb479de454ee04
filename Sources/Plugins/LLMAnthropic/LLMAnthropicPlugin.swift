import JSONRPC
import ModelHTTP
import PluginKit
import PluginProtocol

/// A provider of `llm`: every server that speaks Anthropic's messages (docs/LLM.md, section 8).
@main
struct LLMAnthropicPlugin: Plugin {
  static let name = "hivecore-llm-anthropic"
  static let version = "1.0.0"
  static let contributions = ProviderContributions.description(
    of: "a server that speaks Anthropic's messages",
    more: [
      ConfigKeySpec("max_tokens", "integer", default: .int(Messages.maxTokens), "For requests that set no limit; the API demands one.")
    ])

  /// Source: contract http.md, section 18.3, and each service's documentation.
  static let presets = [
    ProviderPreset("anthropic", "https://api.anthropic.com", model: "claude-sonnet-4-5"),
    ProviderPreset("zhipu", "https://open.bigmodel.cn/api/anthropic", model: "GLM-4.7"),
    ProviderPreset("llamacpp", "http://127.0.0.1:8080", model: "default", needsKey: false),
  ]

  private let provider: Messages

  init(start: PluginStart) throws {
    let config = try UpstreamConfig(start, presets: Self.presets)
    var credentials = [("anthropic-version", "2023-06-01")]
    if let key = start.secrets["api_key"] { credentials.append(("x-api-key", key)) }
    let limit = start.config["max_tokens"] ?? .int(Messages.maxTokens)
    guard let maxTokens = limit.int.map({ Int($0) }), maxTokens > 0 else {
      throw PluginExit.configuration("max_tokens: must be a positive integer")
    }
    do {
      provider = Messages(client: try UpstreamClient(config, credentials: credentials, on: start.eventLoop), maxTokens: maxTokens)
    } catch {
      throw PluginExit.configuration("ca_file: \(error)")
    }
  }

  var methods: [Method] { provider.methods }
}
