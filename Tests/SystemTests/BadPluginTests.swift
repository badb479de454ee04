import Foundation
import JSONRPC
import TestSupport
import Testing

extension SystemTests {
  /// Plugins and manifests that are wrong: the operator reads why, and nothing else suffers.
  @Suite struct BadPluginTests {
    /// A mode of `Tests/Fixtures/plugin.py`, how it ends, and the words an operator needs.
    private static let misbehaving: [(mode: String, state: String, words: String)] = [
      ("garbage", "quarantined", "malformed JSON"), ("huge", "quarantined", "frame of 1073741824 bytes, limit 65536"),
      ("version", "failed", "speaks protocol version 9, this host speaks 1"), ("never", "quarantined", "not ready within"),
      ("config", "failed", "exit code 78"), ("exit", "quarantined", "exit code 3"),
    ]

    @Test func `each bad plugin is named with its reason and the house stays ready`() async throws {
      let folder = try PluginFolder()
      defer { folder.remove() }
      for (mode, _, _) in Self.misbehaving + [("stdout", "", "")] { try fixture(mode, folder) }
      try folder.write("91-typo.toml", "id = \"typo\"\nversion = \"1.0.0\"\nexec = \"hivecore-chat\"\nprovids = [\"test\"]\n")
      try folder.write(
        "92-nowhere.toml", "id = \"nowhere\"\nversion = \"1.0.0\"\nexec = \"hivecore-nowhere\"\nprovides = [\"test\"]\n")
      let bad = Set(Self.misbehaving.map { "bad-\($0.mode)" } + ["nowhere"])
      try await House.with(plugins: folder, unready: bad) { house in
        for (mode, state, words) in Self.misbehaving {
          let status = try await ending("bad-\(mode)", state, house.host)
          #expect(status["problem"].string?.contains(words) == true, "bad-\(mode): \(status["problem"].text)")
          let isLogged = house.host.logText.contains("bad-\(mode)")
          #expect(isLogged)
        }
        let exited = try await house.host.plugin("bad-exit")["last_exit"]
        #expect(exited["last_lines"].array?.contains("cannot open the flux capacitor") == true, "its last words are kept: \(exited.text)")
        let nowhere = try await ending("nowhere", "failed", house.host)
        #expect(nowhere["problem"].string?.contains("executable 'hivecore-nowhere' not found") == true)
        try await talksOnStdout(house)
        try await typoIsExplained(folder, house)
        try await works(house)
      }
    }

    private func fixture(_ mode: String, _ folder: PluginFolder) throws {
      let source = try String(contentsOf: HostProcess.sources.appending(path: "Tests/Fixtures/plugin.py"), encoding: .utf8)
      let script = folder.url.appending(path: "bad-\(mode)")
      try ProgramFile.write(source.replacing(/MODE = .*/, with: "MODE = \"\(mode)\"", maxReplacements: 1), to: script)
      try folder.write(
        "90-\(mode).toml",
        """
        id = "bad-\(mode)"
        version = "1.0.0"
        exec = "\(script.path)"
        provides = ["test"]
        [restart]
        backoff = ["1ms", "2ms"]
        intensity = 1
        [health]
        ready = "\(mode == "never" ? "500ms" : "10s")"
        """)
    }

    private func ending(_ id: String, _ state: String, _ host: HostProcess) async throws -> JSON {
      var last = JSON.null
      do {
        return try await eventually("\(id) to be \(state)", within: .seconds(30)) {
          last = try await host.plugin(id)
          return last["state"].string == state ? last : nil
        }
      } catch is Timeout {
        return try #require(nil as JSON?, "\(id) is still \(last.text)")
      }
    }

    /// What looks like protocol on stdout is only a log line.
    private func talksOnStdout(_ house: House) async throws {
      #expect(try await house.host.plugin("bad-stdout")["state"] == "ready")
      try await eventually("its line in the log") {
        house.host.logText.contains(#"{\"jsonrpc"#) || house.host.logText.contains(#"{"jsonrpc"#) ? true : nil
      }
      let answer = try await house.host.command("plugin", "call", "bad-stdout", "test.echo", "--params", #"{"x":1}"#)
      #expect(try JSON(parsing: answer)["params"] == ["x": 1])
    }

    /// File, line, key and the nearest known key, in the status, in the log and from `plugin verify`.
    private func typoIsExplained(_ folder: PluginFolder, _ house: House) async throws {
      let status = try JSON(parsing: try await house.host.command("status", "--json"))
      let problem = try #require(status["problems"].array?.compactMap(\.string).first { $0.contains("91-typo.toml") })
      for word in ["91-typo.toml:4", "provids", "provides"] { #expect(problem.contains(word), "\(problem)") }
      let isLogged = house.host.logText.contains("provids")
      #expect(isLogged)
      let verified = try await RunningProcess.run(
        program: HostProcess.products.appending(path: "hivecore"), arguments: ["plugin", "verify", folder.path("91-typo.toml")])
      #expect(verified.code == 78 && verified.errors.contains("provids"), "\(verified.code) \(verified.errors)")
    }

    private func works(_ house: House) async throws {
      #expect(try await house.api.send(.get, "/api/health/").json["status"] == "healthy")
      #expect(try await house.api.send(.get, "/api/health/ready/").status == 200)
      _ = try await house.api.post("/api/v1/projects/", ["name": "works"])
      let usual = try await house.host.plugins().filter { !$0.key.hasPrefix("bad-") && $0.key != "nowhere" }
      #expect(usual.count >= 8 && usual.values.allSatisfy { $0["state"] == "ready" && $0["restarts"] == 0 })
    }
  }
}
