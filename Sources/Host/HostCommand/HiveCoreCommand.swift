import ArgumentParser
import NIOCore

/// `hivecore`: the program an operator runs.
@main
struct HiveCoreCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hivecore",
    abstract: "The backend of an AI software house: one supervisor, sandboxed plugins.",
    discussion: """
      Data goes to stdout, talk to stderr. Exit codes: 0 done, 1 failed, 3 no host is running, 4 another host holds the data directory, \
      5 the round did not pass, 64 wrong usage, 78 wrong configuration.
      """,
    version: HiveCoreVersion.text,
    subcommands: [
      ServeCommand.self, InitCommand.self, QuickstartCommand.self, StatusCommand.self, TenantCommand.self, UserCommand.self,
      KeyCommand.self, AgentCommand.self,
      PluginCommand.self, ReloadCommand.self, DoctorCommand.self, ConfigCommand.self, ImportDjangoCommand.self,
      LLMCommand.self,
    ])

  /// The host's event loops take half of the processors: the plugins they call need the others (docs/adr/0013).
  static func main() async {
    NIOSingletons.groupLoopCountSuggestion = max(1, System.coreCount / 2)
    await main(nil)
  }
}

enum HiveCoreVersion {
  static let text = "0.1.0"
}
