import PluginKit
import PluginProtocol

/// Rounds: from agreed requirements to delivered files, step by step, each step a checkpoint.
@main
struct ExecutionMain: Plugin {
  static let name = "hivecore-execution"
  static let version = "1.0.0"
  static let contributions = ExecutionContributions.description

  private let config: EngineConfig

  init(start: PluginStart) throws {
    config = try EngineConfig(start.config)
  }

  var methods: [Method] { [] }
}
