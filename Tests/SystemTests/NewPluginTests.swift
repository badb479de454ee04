import Foundation
import JSONRPC
import TestSupport
import Testing

extension SystemTests {
  /// What `hivecore plugin new` makes is a plugin: its own tests and the conformance kit pass it, and a running host takes it.
  @Suite struct NewPluginTests {
    private func run(_ arguments: String..., environment: [String: String] = [:]) async throws -> RunningProcess.Result {
      try await RunningProcess.run(program: URL(filePath: "/usr/bin/env"), arguments: arguments, environment: environment)
    }

    private var hivecore: String { HostProcess.products.appending(path: "hivecore").path }

    /// Makes a plugin and checks its manifest as an operator would.
    private func make(_ name: String, _ arguments: [String], in folder: URL) async throws -> URL {
      let place = folder.appending(path: name)
      let made = try await RunningProcess.run(
        program: URL(filePath: hivecore), arguments: ["plugin", "new"] + arguments + [name, place.path])
      try #require(made.code == 0, "\(made.errors)")
      #expect(made.output.contains("\(place.path)/60-\(name).toml\n") && made.errors.contains("\(place.path)/README.md"))
      return place
    }

    /// Drops the manifest into the folder of a running host.
    private func install(_ manifest: String, as name: String, _ folder: PluginFolder, _ host: HostProcess) async throws {
      try folder.write("60-\(name).toml", manifest)
      _ = try await host.command("reload")
      let status = try await host.plugin(name)
      #expect(status["state"] == "ready" && status["sandbox"]["layers"].array?.isEmpty == false, "\(status.text)")
    }

    private func manifest(_ name: String, in place: URL) throws -> String {
      try String(contentsOf: place.appending(path: "60-\(name).toml"), encoding: .utf8)
    }

    /// A plugin of each kind, and a call that shows it works.
    private struct Kind {
      let name: String
      var arguments: [String] = []
      let method: String
      let params: String
      let text: JSON
    }

    private let kinds = [
      Kind(name: "price-list", method: "price-list.hello", params: #"{"name":"Ada"}"#, text: "Hello, Ada"),
      Kind(
        name: "parrot", arguments: ["--capability", "llm"], method: "llm.complete",
        params: #"{"messages":[{"role":"user","content":"hi"}]}"#,
        text: "You said: hi"),
    ]

    private func answers(_ kind: Kind, _ host: HostProcess) async throws {
      let answer = try await host.command("plugin", "call", kind.name, kind.method, "--params", kind.params)
      #expect(try JSON(parsing: answer)["text"] == kind.text)
    }

    @Test func `in Python: its tests pass, a reload takes it in, and it answers`() async throws {
      let folder = try PluginFolder()
      defer { folder.remove() }
      let place = try HostProcess.makeDirectory()
      defer { try? FileManager.default.removeItem(at: place) }
      try await House.with(plugins: folder) { house in
        for kind in kinds {
          let made = try await make(kind.name, ["--lang", "python"] + kind.arguments, in: place)
          let tests = try await run("-C", made.path, "python3", "-m", "unittest", environment: ["HIVECORE": hivecore])
          #expect(tests.code == 0 && !tests.errors.contains("skipped"), "\(tests.errors)")
          let verified = try await run(hivecore, "plugin", "verify", made.appending(path: "60-\(kind.name).toml").path)
          #expect(verified.code == 0, "\(verified.errors)")
          try await install(try manifest(kind.name, in: made), as: kind.name, folder, house.host)
          try await answers(kind, house.host)
        }
      }
    }

    /// Builds PluginKit and what it needs once more, as a third party would: a minute and a half of processor time, kept below `.build`.
    @Test func `in Swift: the package builds on this checkout, its tests pass, and a host serves it`() async throws {
      let folder = try PluginFolder()
      defer { folder.remove() }
      let place = try HostProcess.makeDirectory()
      defer { try? FileManager.default.removeItem(at: place) }
      let scratch = HostProcess.sources.appending(path: ".build/plugin-new").path
      try await House.with(plugins: folder) { house in
        for kind in kinds {
          let made = try await make(kind.name, ["--lang", "swift"] + kind.arguments, in: place)
          let tests = try await run("-C", made.path, "swift", "test", "--scratch-path", scratch, environment: ["HIVECORE": hivecore])
          try #require(tests.code == 0, "\(tests.output.suffix(4_000)) \(tests.errors.suffix(4_000))")
          let text = try manifest(kind.name, in: made).replacing("\(made.path)/.build/release", with: scratch + "/debug")
          try await install(text, as: kind.name, folder, house.host)
          try await answers(kind, house.host)
        }
      }
    }
  }
}
