import JSONRPC
import ModelHTTP
import PluginKit
import PluginProtocol

/// A provider of `llm`: every server that speaks OpenAI's chat completions (docs/LLM.md, section 7).
@main
struct LLMOpenAIPlugin: Plugin {
  static let name = "hivecore-llm-openai"
  static let version = "1.0.0"
  static let contributions = ProviderContributions.description(of: "a server that speaks OpenAI's chat completions")

  private let provider: ChatCompletions

  init(start: PluginStart) throws {
    let config = try UpstreamConfig(start, presets: OpenAIPresets.all)
    let credentials = start.secrets["api_key"].map { [("Authorization", "Bearer \($0)")] } ?? []
    let preset = start.config["preset"]?.string ?? ""
    do {
      provider = ChatCompletions(
        client: try UpstreamClient(config, credentials: credentials, on: start.eventLoop),
        dialects: Dialects(initial: OpenAIPresets.dialect(preset)))
    } catch {
      throw PluginExit.configuration("ca_file: \(error)")
    }
  }

  var methods: [Method] { provider.methods }
}
