import ArgumentParser
import Foundation
import JSONRPC

/// What is done to plugins of a running host.
extension PluginCommand {
  struct Upgrade: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Replace a plugin's processes while it serves; when the new ones do not prove themselves, the old ones go on.")

    @OptionGroup var options: DataOptions
    @Argument(help: "The plugin's id.") var name: String
    @Option(help: "The new program, until the host ends; without it the one its manifest names now is started.") var exec: String?

    func run() async throws {
      try await speaking { world in
        let program = exec.map { $0.contains("/") ? URL(filePath: $0).standardizedFileURL.path : $0 }
        let answer = try await HostAccess(options, world).callRunning("plugin.upgrade", ["plugin": .string(name), "exec": JSON(program)])
        Talk.out("\(name): \(answer["change"].string ?? "")")
        if program != nil { Talk.err("hivecore: change 'exec' in its manifest, or the old program comes back with the next host") }
      }
    }
  }

  struct Scale: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Change how many processes of a plugin serve, until the host ends.")

    @OptionGroup var options: DataOptions
    @Argument(help: "The plugin's id.") var name: String
    @Argument(help: "How many, 1 to 64.") var replicas: Int

    func run() async throws {
      try await speaking { world in
        _ = try await HostAccess(options, world).callRunning("plugin.scale", ["plugin": .string(name), "replicas": .int(replicas)])
      }
    }
  }

  struct Logs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "What a plugin wrote of late, over all its incarnations.")

    private static let pause: Duration = .milliseconds(250)

    @OptionGroup var options: DataOptions
    @Argument(help: "The plugin's id.") var name: String
    @Flag(name: .shortAndLong, help: "Go on as it writes more.") var follow = false
    @Option(name: [.customShort("n"), .long], help: "How many lines to begin with.") var lines = 100

    func run() async throws {
      try await speaking { world in
        let host = try HostAccess(options, world)
        var params: JSONObject = ["plugin": .string(name), "last": .int(lines)]
        while true {
          let answer = try await host.callRunning("plugin.logs", .object(params))
          let found = answer["lines"].array ?? []
          let lines = found.map { "#\($0["incarnation"].int ?? 0) \($0["stream"].string ?? ""): \($0["text"].string ?? "")" }
          guard Talk.outNow(lines) else { return }
          params["after"] = answer["next"]
          if !found.isEmpty { continue }
          guard follow else { return }
          try await Task.sleep(for: Self.pause)
        }
      }
    }
  }

  struct Report: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "What a plugin may do and what it did: sandbox, limits and use, methods, denied attempts.")

    @OptionGroup var options: DataOptions
    @Argument(help: "The plugin's id.") var name: String
    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
      try await speaking { world in
        let report = try await HostAccess(options, world).callRunning("plugin.report", ["plugin": .string(name)])
        if json { return Talk.out(report.text) }
        for line in PluginReport(report).lines { Talk.out(line) }
      }
    }
  }
}
