import Foundation
import JSONRPC
import TestSupport
import Testing

extension SystemTests {
  /// Somebody sets the machine's clock while clients write and rounds run. libfaketime plays it to storage, whose time is everybody's: the
  /// host's own deadlines go by a clock that nobody sets, and its tokens are tested with clocks handed in.
  @Suite struct ClockJumpTests {
    private static let library = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1"

    /// Set forward, leases end early: a round that loses its own is taken up again. Set back, storage's time goes on from where it was. No
    /// write is lost or doubled, no plugin is killed, no deadline moves.
    @Test func `a clock set forward and back disturbs neither writes nor rounds nor plugins`() async throws {
      let folder = try PluginFolder()
      defer { folder.remove() }
      let clock = folder.url.appending(path: "clock")
      try set(clock, to: "+0")
      try folder.script([["match": [:], "delay_ms": 60]])
      try await fakeStorage(folder, clock)
      try await House.with(plugins: folder) { house in
        let conversation = try await house.api.post("/api/v1/conversations/", ["title": "load"])["id"].int ?? 0
        var rounds = [try await Round.start(house.api)]
        let load = WriteLoad(house.api, conversation: conversation)
        let report = try await load.during {
          var last = ""
          for offset in ["+3600", "-3600", "+0"] {
            try set(clock, to: offset)
            let made = try await house.api.post("/api/v1/projects/", ["name": "clock"])["created_at"].string ?? ""
            let ahead = ISO8601DateFormatter().string(from: Date().addingTimeInterval(3_000))
            #expect(made > last && made > ahead, "\(offset): made at \(made)")
            last = made
            rounds.append(try await Round.start(house.api))
          }
          for round in rounds { try await round.complete(house.api) }
        }
        print(report.summary)
        let messages = try await house.api.rows("/api/v1/messages/?conversation=\(conversation)")
        let events = try await house.api.rows("/api/v1/observability/timeline/?event_type=load")
        report.verify(stored: messages.compactMap { $0["content"].string } + events.compactMap { $0["message"].string })
        #expect(report.refusals.map(\.text) == [], "no client noticed anything")
        let usual = try await house.host.plugins()
        #expect(usual.values.allSatisfy { $0["state"] == "ready" && $0["restarts"] == 0 })
      }
    }

    private func set(_ clock: URL, to offset: String) throws { try Data("\(offset)\n".utf8).write(to: clock) }

    /// Storage's program behind a script that sets up the clock within its sandbox.
    private func fakeStorage(_ folder: PluginFolder, _ clock: URL) async throws {
      let program = HostProcess.products.appending(path: "hivecore-storage-sqlite")
      let script = folder.url.appending(path: "storage-in-time")
      let text = """
        #!/usr/bin/sh
        export FAKETIME_TIMESTAMP_FILE='\(clock.path)' FAKETIME_NO_CACHE=1 FAKETIME_DONT_FAKE_MONOTONIC=1
        LD_PRELOAD=\(Self.library) exec '\(program.path)'
        """
      try ProgramFile.write(text, to: script)
      let libraries = try await libraries(of: program)
      let read = ([program.path, folder.url.path] + libraries).map { "\"\($0)\"" }.joined(separator: ", ")
      try folder.edit("10-storage-sqlite.toml") { text in
        text.replacing("exec = \"hivecore-storage-sqlite\"", with: "exec = \"\(script.path)\"").replacing(
          "write = [\"$STATE\"]", with: "write = [\"$STATE\"]\nread = [\(read)]")
      }
    }

    /// The folders of the toolchain's libraries that the program is linked with.
    private func libraries(of program: URL) async throws -> [String] {
      let told = try await RunningProcess.run(program: URL(filePath: "/usr/bin/ldd"), arguments: [program.path]).output
      let paths = told.matches(of: /=> (\S+\/swift\/linux)\//).map { String($0.1) }
      return Array(Set(paths)).sorted()
    }
  }
}
