import ArgumentParser
import JSONRPC

/// `hivecore reload`
struct ReloadCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reload", abstract: "Apply changed manifests and configuration to the running host, as SIGHUP does.",
    discussion: "Exit code 1 when something was refused; what it concerns goes on as before.")

  @OptionGroup var options: DataOptions
  @Flag(help: "Print JSON: {\"plugins\", \"problems\", \"config\"}.") var json = false

  func run() async throws {
    try await speaking { world in
      let answer = try await HostAccess(options, world).callRunning("reload", [:])
      if json { Talk.out(answer.text) } else { say(answer) }
      guard answer["problems"].array?.isEmpty ?? true else { throw ExitStatus.failure }
    }
  }

  private func say(_ answer: JSON) {
    let changes = answer["plugins"].array ?? []
    for change in changes { Talk.out("\(change["plugin"].string ?? ""): \(change["change"].string ?? "")") }
    for key in answer["config"]["applied"].array ?? [] { Talk.out("\(key.string ?? ""): applied") }
    for key in answer["config"]["at_restart"].array ?? [] { Talk.out("\(key.string ?? ""): takes effect when the host is restarted") }
    if changes.isEmpty { Talk.out("plugins: nothing changed") }
    for problem in answer["problems"].array ?? [] { Talk.err("hivecore: \(problem.string ?? "")") }
  }
}
