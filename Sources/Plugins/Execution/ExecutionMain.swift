import PluginKit
import PluginProtocol

/// Rounds: from agreed requirements to delivered files, step by step, each step a checkpoint.
@main
struct ExecutionMain: Plugin {
  static let name = "hivecore-execution"
  static let version = "1.0.0"
  static let contributions = ExecutionContributions.description

  private let start: PluginStart
  private let config: EngineConfig
  private let workspaces: String
  private let running = RunningRounds()

  init(start: PluginStart) throws {
    self.start = start
    config = try EngineConfig(start.config)
    guard let path = start.paths["workspaces"] ?? start.paths["WORKSPACES"] else {
      throw PluginExit.configuration("the manifest gives no $WORKSPACES to write to")
    }
    workspaces = path
  }

  var methods: [Method] { ExecutionMethods(running: running).all }

  func run() async throws {
    try await JobLoop(host: start.host, log: start.log, config: config, workspaces: workspaces, running: running).run()
  }
}
