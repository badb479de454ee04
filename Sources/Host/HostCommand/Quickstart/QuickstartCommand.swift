import ArgumentParser
import AsyncHTTPClient
import Foundation
import JSONRPC

/// `hivecore quickstart`
struct QuickstartCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "quickstart", abstract: "From a sentence to delivered files, on embedded defaults, without a network.",
    discussion: """
      Starts every plugin in the data directory on a free port of 127.0.0.1, runs the main job over the HTTP API, shows each process, and leaves the \
      files in the data directory. Exit code 0 only if the round passed.
      """)

  @OptionGroup var options: DataOptions
  @Option(help: "Directory of the plugin manifests.") var plugins: String?
  @Argument(help: "What you want, in English or Chinese.")
  var text = "A landing page for a bakery with opening hours, a menu and a contact form"

  func run() async throws {
    try await speaking { world in
      let started = ContinuousClock.now
      var flags = ["listen": "127.0.0.1:0", "log_level": "warning"]
      flags["plugins"] = plugins
      let config = try options.hostConfig(world, flags: flags)
      let outcome = try await RunningHost.with(config, world) { host in
        try await work(host, config, started)
      }
      guard outcome.status == "completed", outcome.failed == 0 else {
        Talk.err("the round ended as \(outcome.status): \(outcome.errorMessage)")
        throw ExitStatus.roundFailed
      }
    }
  }

  private func work(_ host: RunningHost, _ config: HostConfig, _ started: ContinuousClock.Instant) async throws -> QuickstartRun.Outcome {
    var display = ProgressDisplay(isTerminal: isatty(STDERR_FILENO) == 1) { text in
      FileHandle.standardError.write(Data(text.utf8))
    }
    let url = try await host.ready()
    display.say("host ready after \(QuickstartReport.seconds(.now - started)) on \(url), data in \(config.data.root)")
    let key = try await quickstartKey(host)
    let folder = config.data.path("delivered")
    return try await HTTPClient.withHTTPClient { http in
      let api = APIClient(baseURL: url, apiKey: key, http: http)
      let run = QuickstartRun(api: api, text: text, folder: folder, started: started)
      let outcome = try await run.run(&display)
      let report = QuickstartReport(outcome: outcome, status: await host.status(), folder: run.folder(of: outcome), elapsed: .now - started)
      for line in report.lines { Talk.out(line) }
      return outcome
    }
  }

  /// A key of the tenant `quickstart`, which the first run makes.
  private func quickstartKey(_ host: RunningHost) async throws -> String {
    do {
      let answer = try await HostControl.createTenant(host, ["name": "Quickstart", "slug": "quickstart"])
      return answer["api_key"].string ?? ""
    } catch {
      guard error.applicationCode == "slug_taken" else { throw error }
      return try await HostControl.createKey(host, ["tenant": "quickstart", "name": "quickstart"])["api_key"].string ?? ""
    }
  }
}
