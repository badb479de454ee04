import ArgumentParser
import Foundation

/// `hivecore init`
struct InitCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init", abstract: "Make a data directory with a commented configuration and a secret key. Changes nothing that is there.")

  @OptionGroup var options: DataOptions

  func run() async throws {
    try await speaking { world in
      let data = options.directory(world.environment)
      try data.prepare()
      _ = try data.secretKey()
      let file = options.config ?? data.path("hivecore.toml")
      if FileManager.default.fileExists(atPath: file) {
        Talk.err("kept \(file)")
      } else {
        try Data(template.utf8).write(to: URL(filePath: file))
        Talk.err("wrote \(file)")
      }
      Talk.err("next: hivecore serve --data \(data.root)")
    }
  }

  private var template: String {
    ConfigKey.all.map { key in
      let value = key.kind == .list ? "[]" : "\"\(key.defaultValue.first ?? "")\""
      return "# \(key.summary)\(key.variable.map { "; $\($0) stands above it" } ?? "")\n# \(key.name) = \(value)\n"
    }.joined(separator: "\n")
  }
}
