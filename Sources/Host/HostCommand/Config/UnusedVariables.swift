/// Variables of the plan that mean nothing to this host: whoever sets one is told so, and what to use instead.
///
/// Source: contract/http.md, section 18.3.
enum UnusedVariables {
  private static let avatars =
    "avatars are drawn here; a plugin of yours that provides images is asked with avatar_provider = true in plugins.d/50-selection.toml"
  private static let runner = "agents run in plugins: set [config] of plugins.d/60-execution.toml"

  static let advice: [(name: String, instead: String)] = [
    ("DEBUG", "set HIVECORE_ENV=development"),
    ("INTERNAL_API_URL", "plugins reach the host through the socket they are given"),
    ("EXECUTION_RUNNER", runner),
    ("EXECUTION_RUNNER_CMD", runner),
    ("EXECUTION_INLINE_FALLBACK", "rounds always run in the plugin that provides execution"),
    ("MOCK_STEP_MS", "set scenario in [config] of plugins.d/30-llm-offline.toml: a rule of it may set a delay"),
    ("GEMINI_API_KEY", avatars),
    ("GOOGLE_API_KEY", avatars),
    ("API_KEY_ENCRYPTION_KEY", "API keys are kept as hashes only"),
  ]

  /// One line for each that is set.
  static func warnings(_ environment: [String: String]) -> [String] {
    advice.filter { environment[$0.name]?.isEmpty == false }.map { "$\($0.name) is set, but has no effect: \($0.instead)" }
  }
}
