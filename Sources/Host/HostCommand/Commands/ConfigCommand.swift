import ArgumentParser
import JSONRPC

/// `hivecore config`
struct ConfigCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "config", abstract: "The configuration.", subcommands: [Show.self])

  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Print every key with its value. Secrets are masked.")

    @OptionGroup var options: DataOptions
    @Flag(help: "Say where each value came from.") var origin = false
    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
      try await speaking { world in
        let resolved = try options.resolve(world)
        if json { return Talk.out(object(resolved).text) }
        let rows = ConfigKey.all.map { key in
          [key.name, shown(key, resolved)] + (origin ? ["\(resolved.value(key.name).origin)"] : []) + [key.summary]
        }
        for line in TextTable(columns: ["KEY", "VALUE"] + (origin ? ["ORIGIN"] : []) + ["MEANING"], rows: rows).lines { Talk.out(line) }
      }
    }

    private func shown(_ key: ConfigKey, _ resolved: ResolvedConfig) -> String {
      let texts = resolved.value(key.name).texts
      if key.isSecret, texts.contains(where: { !$0.isEmpty }) { return "***" }
      return key.kind == .list ? "[\(texts.joined(separator: ", "))]" : texts.first ?? ""
    }

    private func object(_ resolved: ResolvedConfig) -> JSON {
      .object(
        JSONObject(
          ConfigKey.all.map { key in
            (key.name, ["value": .string(shown(key, resolved)), "origin": .string("\(resolved.value(key.name).origin)")])
          }))
    }
  }
}
