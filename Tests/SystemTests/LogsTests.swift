import Foundation
import JSONRPC
import TestSupport
import Testing

extension SystemTests {
  /// `hivecore plugin logs`: what a plugin wrote, over all its incarnations.
  @Suite struct LogsTests {
    /// A plugin that prints a line each time it gets ready.
    private func install(_ folder: PluginFolder) throws {
      let source = try String(contentsOf: HostProcess.sources.appending(path: "Tests/Fixtures/plugin.py"), encoding: .utf8)
      let script = folder.url.appending(path: "talker")
      try ProgramFile.write(source.replacing(/MODE = .*/, with: "MODE = \"stdout\"", maxReplacements: 1), to: script)
      try folder.write("90-talker.toml", "id = \"talker\"\nversion = \"1.0.0\"\nexec = \"\(script.path)\"\nprovides = [\"test\"]\n")
    }

    private func follow(_ plugin: String, _ host: HostProcess, log: URL) throws -> RunningProcess {
      try RunningProcess(
        program: HostProcess.products.appending(path: "hivecore"), arguments: ["plugin", "logs", "-f", plugin, "--data", host.data.path],
        environment: [:], log: log)
    }

    private func text(_ log: URL) -> String { (try? String(contentsOf: log, encoding: .utf8)) ?? "" }

    private func killPlugin(_ host: HostProcess) async throws {
      kill(Int32(clamping: try #require(try await host.plugin("talker")["pid"].int)), SIGKILL)
    }

    @Test func `every request has its line in the host's log, also the last before its end`() async throws {
      try await House.with { house in
        let count = 200
        for number in 1...count {
          let answer = try await house.api.send(.get, "/api/v1/projects/", headers: ["X-Request-Id": "line-\(number)"])
          #expect(answer.status == 200)
        }
        house.host.terminate()
        #expect(await house.host.waitUntilExit() == 0)
        let lines = house.host.logText.matches(of: /request_id=line-\d+ status=200 trace=\S+ \[Gateway\] request\n/)
        #expect(lines.count == count)
      }
    }

    @Test func `following goes on over the plugin's restarts, and ends at Ctrl-C, with its reader, and with the host`() async throws {
      let folder = try PluginFolder()
      defer { folder.remove() }
      try install(folder)
      try await House.with(plugins: folder) { house in
        let log = house.host.data.appending(path: "follow.log")
        let follower = try follow("talker", house.host, log: log)
        try await eventually("what it wrote before") {
          text(log).contains("#1 stdout: {\"jsonrpc\"") && text(log).contains("#1 host: ready, pid ") ? true : nil
        }
        try await killPlugin(house.host)
        try await eventually("what its next incarnation writes") {
          text(log).contains("#2 stdout: {\"jsonrpc\"") && text(log).contains("#2 host: ready, pid ") ? true : nil
        }
        #expect(text(log).contains("#1 host: ended: ") && text(log).split(separator: "\n").count { $0.contains("#1 stdout") } == 1)
        kill(follower.pid, SIGINT)
        #expect(await follower.waitUntilExit() == SIGINT)

        try await endsWithItsReader(house.host)
        try await endsWithTheHost(house.host)
      }
    }

    /// The first line that comes after `head` has gone ends it.
    private func endsWithItsReader(_ host: HostProcess) async throws {
      let log = host.data.appending(path: "head.log")
      let line = "'\(HostProcess.products.path)/hivecore' plugin logs -f -n 1 talker --data '\(host.data.path)' | head -n 1"
      let shell = try RunningProcess(program: URL(filePath: "/bin/sh"), arguments: ["-c", line], environment: [:], log: log)
      try await eventually("the first line") { text(log).isEmpty ? nil : true }
      try await killPlugin(host)
      #expect(await shell.waitUntilExit() == 0)
      #expect(text(log).split(separator: "\n").count == 1, "\(text(log))")
    }

    private func endsWithTheHost(_ host: HostProcess) async throws {
      let log = host.data.appending(path: "last.log")
      let follower = try follow("talker", host, log: log)
      try await eventually("what it wrote before") { text(log).contains("#3 host: ready") ? true : nil }
      host.terminate()
      _ = await host.waitUntilExit()
      #expect(await follower.waitUntilExit() == 3 && text(log).contains("no host is running"), "\(text(log))")
    }

    @Test func `without following it prints as many lines as asked for, and knows whom it does not know`() async throws {
      try await House.with { house in
        let lines = try await house.host.command("plugin", "logs", "projects", "-n", "1")
        #expect(lines.hasPrefix("#1 ") && lines.split(separator: "\n").count == 1, "\(lines)")
        let unknown = try follow("nobody", house.host, log: house.host.data.appending(path: "unknown.log"))
        #expect(await unknown.waitUntilExit() == 1)
        #expect(text(house.host.data.appending(path: "unknown.log")) == "hivecore: there is no plugin nobody\n")
      }
    }
  }
}
