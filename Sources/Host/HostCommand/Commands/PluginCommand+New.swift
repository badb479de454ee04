import ArgumentParser
import Foundation
import JSONRPC

extension PluginCommand {
  struct New: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make the files of a new plugin: program, manifest, tests, README. Overwrites nothing.",
      discussion: """
        The plugin works as it is: it serves one method of a capability of its own, or with --capability llm a model that repeats what it is told.

        A plugin in Python needs nothing but Python 3.8. One in Swift depends on PluginKit, which is part of HiveCore's own package: on the \
        checkout this hivecore was built in, or on what --kit names. A checkout that moves, or an address that cannot be reached, breaks the \
        plugin's build, not the built plugin.
        """)

    @Option(help: "The language: \(PluginScaffold.Language.allCases.map(\.rawValue).joined(separator: " or ")).")
    var lang: PluginScaffold.Language
    @Option(help: "The capability it serves: llm, or one of its own. (default: its name)") var capability: String?
    @Option(help: "Swift: HiveCore's sources, a path or the address of a git repository. (default: where this hivecore was built)")
    var kit: String?
    @Argument(help: "The plugin's id: lower-case letters, digits and dashes.") var name: String
    @Argument(help: "The folder to make; it must not be there, or be empty.") var dir: String

    func run() async throws {
      try await speaking { world in
        let source = kit.map(KitSource.init) ?? world.installation.sourceTree.map(KitSource.path)
        if case .path(let path) = source, lang == .swift, !FileManager.default.fileExists(atPath: path + "/Package.swift") {
          throw PluginScaffold.Refusal(
            description: "\(path) holds no Package.swift: --kit names a checkout of HiveCore or the address of one")
        }
        let directory = URL(filePath: dir).standardizedFileURL.path
        let scaffold = try PluginScaffold(name, capability: capability, language: lang, directory: directory, kit: source)
        try scaffold.write()
        for file in scaffold.files { Talk.out("\(directory)/\(file.path)") }
        Talk.err("next: \(directory)/README.md")
      }
    }
  }
}

extension PluginScaffold.Language: ExpressibleByArgument {}
