import Foundation
import JSONRPC
import TestSupport
import Testing

extension SystemTests {
  /// A debugger on a running plugin: while it holds the process, standing still is not a hang.
  @Suite struct AttachTests {
    /// `Tests/Fixtures/plugin.py` as a plugin whose hang is noticed soon.
    private func install(_ id: String, _ folder: PluginFolder) throws {
      let script = folder.url.appending(path: id)
      try ProgramFile.write(
        String(contentsOf: HostProcess.sources.appending(path: "Tests/Fixtures/plugin.py"), encoding: .utf8), to: script)
      try folder.write(
        "90-\(id).toml",
        """
        id = "\(id)"
        version = "1.0.0"
        exec = "\(script.path)"
        provides = ["test"]
        [health]
        ping = "400ms"
        misses = 2
        """)
    }

    /// `hivecore plugin attach`, which becomes the debugger.
    private func attach(_ id: String, _ house: House, log: URL) throws -> RunningProcess {
      let debugger = HostProcess.sources.appending(path: "Tests/Fixtures/debugger.py").path
      return try RunningProcess(
        program: HostProcess.products.appending(path: "hivecore"),
        arguments: ["plugin", "attach", id, "--debugger", debugger, "--data", house.host.data.path, "--", "more"], environment: [:],
        log: log)
    }

    private func text(_ log: URL) -> String { (try? String(contentsOf: log, encoding: .utf8)) ?? "" }

    private func pid(_ id: String, _ house: House) async throws -> Int32 {
      Int32(clamping: try #require(try await house.host.plugin(id)["pid"].int))
    }

    /// Waits until the watchdog has killed a plugin.
    private func isKilled(_ id: String, _ house: House) async throws {
      try await eventually("the watchdog to kill \(id)") {
        try await house.host.plugin(id)["last_exit"]["cause"] == "watchdog" ? true : nil
      }
    }

    @Test func `a process that a debugger holds is not taken for hung, and is once the debugger is gone`() async throws {
      let folder = try PluginFolder()
      defer { folder.remove() }
      for id in ["held", "free"] { try install(id, folder) }
      try await House.with(plugins: folder) { house in
        let log = house.host.data.appending(path: "debugger.log")
        let pid = try await pid("held", house)
        let debugger = try attach("held", house, log: log)
        try await eventually("the debugger to take hold") {
          text(log).contains("holds \(pid), arguments ['more'], blocked signals []\n") ? true : nil
        }
        #expect(text(log).contains("held number 1, pid \(pid): its hang detection waits until the debugger is gone"))
        try await isTaken("held", house)
        kill(pid, SIGSTOP)
        kill(try await self.pid("free", house), SIGSTOP)
        try await eventually("the host to notice the debugger") { house.host.logText.contains("a debugger holds the plugin") ? true : nil }
        try await isKilled("free", house)
        let held = try await house.host.plugin("held")
        #expect(held["pid"] == .int(pid) && held["restarts"] == 0 && held["last_exit"].isNull, "\(held.text)")

        debugger.terminate()
        let code = await debugger.waitUntilExit()
        #expect(code == 0 && text(log).hasSuffix("lets go\n"), "\(code) \(text(log))")
        kill(pid, SIGSTOP)
        try await isKilled("held", house)
        try await eventually("it to serve again") { try await house.host.plugin("held")["state"] == "ready" ? true : nil }
      }
    }

    /// One debugger at a time.
    private func isTaken(_ id: String, _ house: House) async throws {
      let again = try attach(id, house, log: house.host.data.appending(path: "again.log"))
      #expect(await again.waitUntilExit() == 1)
      #expect(text(house.host.data.appending(path: "again.log")).contains("is held by another debugger already"))
    }

    @Test func `gdb finds the symbols of a plugin in its sandbox`() async throws {
      try await House.with { house in
        let pid = try await pid("projects", house)
        let line = try await house.host.command("plugin", "attach", "projects", "--debugger", "gdb", "--print")
        #expect(line.contains("gdb -iex 'set sysroot /' /") && line.hasSuffix("/hivecore-projects -p \(pid)\n"), "\(line)")
        let shown = try await RunningProcess.run(
          program: HostProcess.products.appending(path: "hivecore"),
          arguments: [
            "plugin", "attach", "projects", "--debugger", "gdb", "--data", house.host.data.path, "--", "-batch", "-ex",
            "thread apply all bt",
          ])
        #expect(shown.code == 0 && shown.output.contains("Projects_main"), "\(shown.output.suffix(2_000)) \(shown.errors.suffix(2_000))")
        #expect(try await house.host.plugin("projects")["pid"] == .int(pid))
      }
    }
  }
}
