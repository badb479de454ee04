import ModelHTTP

/// Known servers. Source: contract http.md, section 18.3, and each service's documentation.
enum OpenAIPresets {
  static let all = [
    ProviderPreset("openai", "https://api.openai.com/v1", model: "gpt-4o-mini"),
    ProviderPreset("zhipu", "https://open.bigmodel.cn/api/paas/v4", model: "glm-4-plus"),
    ProviderPreset("siliconflow", "https://api.siliconflow.cn/v1", model: "Qwen/Qwen2.5-72B-Instruct"),
    ProviderPreset("deepseek", "https://api.deepseek.com/v1", model: "deepseek-chat"),
    ProviderPreset("dashscope", "https://dashscope.aliyuncs.com/compatible-mode/v1", model: "qwen-plus"),
    ProviderPreset("ollama", "http://127.0.0.1:11434/v1", needsKey: false),
    ProviderPreset("vllm", "http://127.0.0.1:8000/v1", needsKey: false),
    ProviderPreset("llamacpp", "http://127.0.0.1:8080/v1", model: "default", needsKey: false),
  ]

  /// What the service is known not to understand; the rest is learnt from its refusals.
  static func dialect(_ preset: String) -> ServerDialect {
    var dialect = ServerDialect()
    if ["zhipu", "deepseek", "siliconflow", "dashscope"].contains(preset) { dialect.format = .jsonMode }
    if ["zhipu"].contains(preset) { dialect.hasStreamOptions = false }
    return dialect
  }
}
