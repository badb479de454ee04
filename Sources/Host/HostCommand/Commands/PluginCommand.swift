import ArgumentParser
import Foundation
import JSONRPC
import Supervisor

/// `hivecore plugin`
struct PluginCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plugin", abstract: "Plugins and their manifests.",
    subcommands: [
      New.self, List.self, Verify.self, Test.self, Call.self, Reset.self, Upgrade.self, Scale.self, Logs.self, Report.self, Attach.self,
    ])

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Every manifest: what it provides and requires, and what is wrong with it.")

    @OptionGroup var options: DataOptions
    @Option(help: "Directory of the plugin manifests.") var plugins: String?
    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
      try await speaking { world in
        let config = try options.hostConfig(world, flags: plugins.map { ["plugins": $0] } ?? [:])
        let directory = try config.manifests(world.installation)
        if json { return Talk.out(object(directory).text) }
        let rows = directory.entries.map { entry in
          let manifest = entry.manifest
          return [
            manifest.id, manifest.version, manifest.enabled ? "on" : "off", manifest.provides.joined(separator: ","),
            manifest.requires.joined(separator: ","), entry.file,
          ]
        }
        for line in TextTable(columns: ["PLUGIN", "VERSION", "IS", "PROVIDES", "REQUIRES", "MANIFEST"], rows: rows).lines { Talk.out(line) }
        for problem in directory.problems { Talk.err("\(problem)") }
      }
    }

    private func object(_ directory: ManifestDirectory) -> JSON {
      let plugins: [JSON] = directory.entries.map { entry in
        [
          "id": .string(entry.manifest.id), "version": .string(entry.manifest.version), "enabled": .bool(entry.manifest.enabled),
          "provides": JSON(entry.manifest.provides), "requires": JSON(entry.manifest.requires), "file": .string(entry.file),
        ]
      }
      return ["plugins": .array(plugins), "problems": JSON(directory.problems.map { "\($0)" })]
    }
  }

  struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Check one manifest without starting anything.")

    @OptionGroup var options: DataOptions
    @Argument(help: "The manifest.") var file: String

    func run() async throws {
      try await speaking { world in
        let entry = try ManifestDirectory.read(file)
        let folder = URL(filePath: file).deletingLastPathComponent().path
        let others = try ManifestDirectory.load(folder).entries
        let problems = HostAssembly.verifier(world.installation).problems(of: entry, among: others)
        guard problems.isEmpty else { throw ConfigProblems(problems) }
        Talk.out("\(file): plugin \(entry.manifest.id) \(entry.manifest.version) can be started")
      }
    }
  }

  struct Call: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Call a method of a plugin through the running host's router and print its result.")

    @OptionGroup var options: DataOptions
    @Argument(help: "The plugin's id.") var name: String
    @Argument(help: "The method, e.g. llm.models.") var method: String
    @Option(help: "The params as JSON; - reads them from stdin.") var params = "{}"
    @Option(help: "Act for this tenant (its UUID).") var tenant: String?

    func run() async throws {
      try await speaking { world in
        let text = params == "-" ? String(decoding: FileHandle.standardInput.readDataToEndOfFile(), as: UTF8.self) : params
        let parsed: JSON
        do {
          parsed = try JSON(parsing: text)
        } catch {
          throw ValidationError("--params is not JSON: \(error)")
        }
        guard parsed.object != nil else { throw ValidationError("--params must be a JSON object") }
        let request: JSON = ["plugin": .string(name), "method": .string(method), "params": parsed, "tenant": JSON(tenant)]
        Talk.out(try await HostAccess(options, world).callRunning("plugin.call", request).text)
      }
    }
  }

  struct Reset: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Try a failed or quarantined plugin again now.")

    @OptionGroup var options: DataOptions
    @Argument(help: "The plugin's id.") var name: String

    func run() async throws {
      try await speaking { world in _ = try await HostAccess(options, world).callRunning("plugin.reset", ["plugin": .string(name)]) }
    }
  }
}
