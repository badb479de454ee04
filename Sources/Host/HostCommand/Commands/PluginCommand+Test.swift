import ArgumentParser
import Conformance
import Foundation
import JSONRPC
import Sandbox
import Supervisor

extension PluginCommand {
  struct Test: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Play the host against a plugin and say where it departs from docs/PROTOCOL.md.",
      discussion: """
        Each check gets a process of its own, started as the host does it: descriptor 3, an empty stdin, a clean environment, an empty folder as \
        $STATE and working directory (so give paths among ARG in full). EXEC runs without walls, as what is tested is the protocol; with \
        --manifest it gets that manifest's configuration, secrets, limits and sandbox. Other capabilities are not there: its own calls are answered \
        'unavailable'.

        Exit codes: 0 no check failed, 1 one did, 64 wrong usage, 78 there is nothing to start.
        """)

    @Argument(help: "The program: a path, or a name looked up beside hivecore, then in $PATH.") var exec: String?
    @Argument(help: "Its arguments.") var arguments: [String] = []
    @Option(help: "Take the program (unless EXEC is given), configuration, secrets and sandbox from this manifest.") var manifest: String?
    @Option(help: "A capability it must serve; may be repeated. Without it, and without a manifest: what it says it serves.")
    var capability: [String] = []
    @Option(help: "The [config] of its manifest, as a JSON object.") var config: String?
    @Option(help: "Requests it takes at once; 1 = it serves one after the other. (default: the manifest's, else 64)") var concurrency: Int?
    @Option(help: "The longest it may take for one thing: 500ms, 10s.") var timeout = "10s"
    @Option(help: "'METHOD {params}': a call of its own that takes long; cancel, deadlines and drain are checked with it.") var hold:
      String?
    @Option(help: "'METHOD {params}': a call of its own whose result is streamed, more than 1 MiB.") var stream: String?
    @Option(help: "'METHOD {params}': a call of its own that takes a stream of 3 MiB.") var upload: String?
    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
      try await speaking { world in
        let candidate = try candidate(world)
        let spawner = try await Spawner.start()
        let walls = manifest == nil ? spawner.limited(to: .none) : spawner
        let verdict = await ConformanceRun(candidate, spawner: SandboxedSpawner(walls)).verdict { finding in
          if !json { for line in finding.lines { Talk.out(line) } }
        }
        Talk.out(json ? verdict.json.text : "\n\(verdict.summary)")
        guard verdict.isPassed else { throw ExitStatus.failure }
      }
    }

    private func candidate(_ world: World) throws -> Candidate {
      var candidate = try manifest.map { try named($0, world) } ?? bare(world)
      if let config { candidate.manifest.config = try Self.object(config, "--config") }
      guard let patience = Quantity.duration(timeout), patience > .zero else {
        throw ValidationError("--timeout is not a time such as 10s")
      }
      candidate.patience = patience
      candidate.arguments = arguments
      candidate.hold = try hold.map { try Self.call($0, "--hold") }
      candidate.stream = try stream.map { try Self.call($0, "--stream") }
      candidate.upload = try upload.map { try Self.call($0, "--upload") }
      return candidate
    }

    private func bare(_ world: World) throws -> Candidate {
      guard let exec else { throw ValidationError("name a program, or a manifest with --manifest") }
      return try .bare(try program(exec, world), provides: capability, concurrency: concurrency ?? 64)
    }

    private func named(_ file: String, _ world: World) throws -> Candidate {
      guard capability.isEmpty, concurrency == nil else { throw ValidationError("--capability and --concurrency stand in the manifest") }
      let manifest = try ManifestDirectory.read(file).manifest
      var candidate = Candidate(manifest: manifest, executable: try program(exec ?? manifest.exec, world))
      for (name, reference) in manifest.secrets {
        do {
          candidate.secrets[name] = try world.secrets.resolve(reference)
        } catch {
          throw Unusable(description: "\(file): secret '\(name)': \(error)")
        }
      }
      return candidate
    }

    private func program(_ name: String, _ world: World) throws -> String {
      let installed = ExecutableLocator(besideProgram: world.installation.program)
      let path = ExecutableLocator(directories: (world.environment["PATH"] ?? "").split(separator: ":").map(String.init))
      let absolute = name.contains("/") ? URL(filePath: name).standardizedFileURL.path : name
      guard let found = installed.find(absolute) ?? path.find(absolute) else {
        throw Unusable(description: "there is no program \(name) to start")
      }
      return found
    }

    private static func call(_ text: String, _ option: String) throws -> SampleCall {
      let parts = text.split(separator: " ", maxSplits: 1).map(String.init)
      guard let method = parts.first, method.contains(".") else { throw ValidationError("\(option) is not 'METHOD {params}'") }
      return SampleCall(method, parts.count > 1 ? try object(parts[1], option) : [:])
    }

    private static func object(_ text: String, _ option: String) throws -> JSONObject {
      guard let object = (try? JSON(parsing: text))?.object else { throw ValidationError("\(option) is not a JSON object") }
      return object
    }
  }

  /// There is nothing to start.
  struct Unusable: Error, CustomStringConvertible {
    let description: String
  }
}
