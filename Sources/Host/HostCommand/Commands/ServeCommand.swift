import ArgumentParser

/// `hivecore serve`
struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Run the host: start every plugin and serve HTTP until TERM or INT.")

  @OptionGroup var options: DataOptions
  @Option(help: "HOST:PORT of the HTTP gateway; port 0 takes a free one.") var listen: String?
  @Option(help: "Directory of the plugin manifests.") var plugins: String?

  func run() async throws {
    try await speaking { world in
      let given = ["listen": listen, "plugins": plugins].compactMapValues { $0 }
      let options = options
      try await RunningHost.serve(world) {
        HostReload.Source(config: try options.hostConfig(world, flags: given), resolved: try options.resolve(world, flags: given))
      }
    }
  }
}
