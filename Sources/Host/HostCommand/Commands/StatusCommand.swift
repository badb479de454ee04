import ArgumentParser
import JSONRPC

/// `hivecore status`
struct StatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "status", abstract: "Every plugin: state, process, restarts, sandbox.")

  @OptionGroup var options: DataOptions
  @Flag(help: "Print JSON: {\"plugins\": […]}.") var json = false

  func run() async throws {
    try await speaking { world in
      let status = try await HostAccess(options, world).callRunning("status", [:])
      if json { return Talk.out(status.text) }
      for line in ProcessTable(status).lines { Talk.out(line) }
    }
  }
}
