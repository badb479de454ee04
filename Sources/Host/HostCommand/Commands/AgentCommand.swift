import ArgumentParser
import Foundation
import JSONRPC

/// `hivecore agent`
struct AgentCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "agent", abstract: "System agents, which every tenant can see.", subcommands: [Import.self])

  struct Import: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Put system agents into the catalogue, or change those with the same number.",
      discussion: """
        The file holds a JSON list of agents: agent_no, name, duty and detail are needed; preview, avatar, cost_per_min ("1.50") and the \
        lists skills, tags, tools, domains, languages, regions, compliance, certifications are optional. Without a file the nine bundled \
        agents are imported, as they were delivered.
        """)

    /// A larger file does not fit into a frame.
    private static let byteLimit = 3 << 20

    @OptionGroup var options: DataOptions
    @Argument(help: "The file; - reads stdin. (default: the bundled agents)") var file: String?
    @Flag(help: "Print JSON: {\"created\", \"updated\", \"numbers\"}.") var json = false

    func run() async throws {
      try await speaking { world in
        let agents = try file.map(read) ?? .null
        let answer = try await HostAccess(options, world).call("agent.import", ["agents": agents])
        let numbers = (answer["numbers"].array ?? []).compactMap(\.string).joined(separator: ", ")
        Talk.out(json ? answer.text : "\(answer["created"].text) agents created, \(answer["updated"].text) changed: \(numbers)")
      }
    }

    private func read(_ file: String) throws -> JSON {
      let handle: FileHandle
      do {
        handle = file == "-" ? .standardInput : try FileHandle(forReadingFrom: URL(filePath: file))
      } catch {
        throw ValidationError("\(file) cannot be read")
      }
      let data = try handle.read(upToCount: Self.byteLimit + 1) ?? Data()
      guard data.count <= Self.byteLimit else { throw ValidationError("\(file) has more than \(Self.byteLimit >> 20) MiB") }
      do {
        return try JSON(parsing: Array(data))
      } catch {
        throw ValidationError("\(file) is not JSON: \(error)")
      }
    }
  }
}
