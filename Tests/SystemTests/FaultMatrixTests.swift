import Foundation
import Glibc
import JSONRPC
import Synchronization
import TestSupport
import Testing

extension SystemTests {
  /// Every way we know for a plugin to go wrong, all at once, while clients write. What befalls the whole house has tests of its own: the disk
  /// is full (`DiskFullTests`), the host is killed (`HostDeathTests`), the clock jumps (`ClockJumpTests`), an agent leaves symbolic links
  /// (`WorkspaceLinkTests`).
  @Suite struct FaultMatrixTests {
    @Test func `whatever a plugin does, it alone suffers, and no acknowledged write is lost`() async throws {
      let folder = try PluginFolder()
      defer { folder.remove() }
      for fault in FaultCase.all { try fault.install(in: folder) }
      let stubborn = FaultCase(name: "stubborn", mode: "stubborn", cause: nil, words: "")
      try stubborn.install(in: folder)
      try await House.with(plugins: folder, unready: Set(FaultCase.starting.map(\.id))) { house in
        let conversation = try await house.api.post("/api/v1/conversations/", ["title": "load"])["id"].int ?? 0
        let load = WriteLoad(house.api, conversation: conversation)
        let report = try await load.during {
          try await provoke(house)
          try await obeysItsManifest(house)
          try await diesWithAllItStarted("bad-forks", house)
          try await diesWithAllItStarted("bad-orphan", house)
          try await goesInTheEnd(stubborn, folder, house)
        }
        print(report.summary)
        try await verify(report, conversation, house)
        try await isCut(house)
      }
    }

    /// Provokes every fault at once and waits for what is to become of each.
    private func provoke(_ house: House) async throws {
      let begun = ContinuousClock.now
      let answers = Answers()
      try await withThrowingTaskGroup(of: Void.self) { group in
        for fault in FaultCase.all where fault.state == "ready" {
          group.addTask {
            let (method, params): (String, JSON) = fault.fault.map { ("test.fault", ["kind": .string($0)]) } ?? ("test.quick", [:])
            let answer = try await fault.call(method, params, on: house.host)
            answers.byName.withLock { $0[fault.name] = answer }
          }
        }
        group.addTask {
          var waiting = FaultCase.all
          var complaints: [String] = []
          let deadline = begun + .seconds(90)
          while !waiting.isEmpty, ContinuousClock.now < deadline {
            let status = try await house.host.plugins()
            let given = answers.byName.withLock { $0 }
            complaints = waiting.compactMap { $0.complaint(status[$0.id] ?? .null, answer: given[$0.name]) }
            let done = waiting.filter { $0.complaint(status[$0.id] ?? .null, answer: given[$0.name]) == nil }
            for fault in done { print("\(fault.name): as it should be after \(ContinuousClock.now - begun)") }
            waiting.removeAll { fault in done.contains { $0.name == fault.name } }
            try await Task.sleep(for: .milliseconds(300))
          }
          #expect(waiting.map(\.name) == [], "\(complaints)")
        }
        try await group.waitForAll()
      }
    }

    private final class Answers: Sendable {
      let byName = Mutex<[String: RunningProcess.Result]>([:])
    }

    /// What the manifest does not grant is denied and shows in the report; what a plugin says of itself is not believed.
    private func obeysItsManifest(_ house: House) async throws {
      let honest = FaultCase(name: "late", cause: nil, words: "")
      let undeclared = try await honest.call("test.call", ["method": "storage.read", "params": ["reads": []]], on: house.host)
      #expect(try JSON(parsing: undeclared.output)["error"]["code"] == -31006)
      let spoofed = try await honest.call(
        "test.call", ["method": "test.echo@bad-stdout", "meta": ["tenant": .string(house.tenant), "principal": ["kind": "user"]]],
        on: house.host)
      let seen = try JSON(parsing: spoofed.output)["answer"]["meta"]
      #expect(seen["tenant"].isNull && seen["principal"]["id"] == "host", "\(spoofed.output)")
      let posing = try await honest.call("test.call", ["method": "test.echo", "meta": ["system": true]], on: house.host)
      #expect(try JSON(parsing: posing.output)["error"]["code"] == -31006)
      let report = try JSON(parsing: try await house.host.command("plugin", "report", "bad-late", "--json"))
      let denied = report["denied"].array ?? []
      #expect(denied.contains { $0["method"] == "storage.read" && $0["count"] == 1 }, "\(denied)")
      #expect(denied.contains { $0["method"] == "test.echo" && $0["reason"].string?.contains("system") == true })
      #expect(report["called"]["test.echo"] == 1)
      #expect(report["used"].array?.count == 1 && report["status"]["sandbox"]["layers"].array?.isEmpty == false)
    }

    /// The processes of a plugin's program.
    private func processes(_ id: String, _ host: HostProcess) -> [ProcessTree] {
      ProcessTree.descendants(of: host.pid).filter { ProcessTree.text("/proc/\($0.pid)/cmdline")?.contains("/\(id)\0") == true }
    }

    private func diesWithAllItStarted(_ id: String, _ house: House) async throws {
      let before = processes(id, house.host)
      #expect(before.count > 1, "\(id) started others")
      let pid = try #require(try await house.host.plugin(id)["pid"].int)
      #expect(Glibc.kill(Int32(pid), SIGKILL) == 0)
      try await eventually("the processes of \(id) to be gone", within: .seconds(10)) {
        before.contains(where: \.isAlive) ? nil : true
      }
      try await eventually("\(id) to come back", within: .seconds(30)) {
        try await house.host.plugin(id)["state"] == "ready" ? true : nil
      }
      #expect(processes(id, house.host).count == 1)
    }

    /// Taken out of the configuration it is told to go; deaf to that, it is killed.
    private func goesInTheEnd(_ fault: FaultCase, _ folder: PluginFolder, _ house: House) async throws {
      let before = processes(fault.id, house.host)
      #expect(before.count == 1)
      try folder.disable("90-\(fault.name).toml")
      let answer = try JSON(parsing: try await house.host.command("reload", "--json"))
      #expect(answer["plugins"] == [["plugin": .string(fault.id), "change": "stopped", "problem": .null]])
      #expect(before.filter(\.isAlive) == [])
    }

    private func verify(_ report: WriteLoad.Report, _ conversation: Int64, _ house: House) async throws {
      let messages = try await house.api.rows("/api/v1/messages/?conversation=\(conversation)")
      let events = try await house.api.rows("/api/v1/observability/timeline/?event_type=load")
      report.verify(stored: messages.compactMap { $0["content"].string } + events.compactMap { $0["message"].string })
      #expect(report.refusals.map(\.text) == [], "no client noticed anything")
      #expect(report.acknowledged > 100, "the load was a load")
      let usual = try await house.host.plugins().filter { !$0.key.hasPrefix("bad-") }
      #expect(usual.count >= 8 && usual.values.allSatisfy { $0["state"] == "ready" && $0["restarts"] == 0 })
      #expect(try await house.api.send(.get, "/api/health/ready/").status == 200)
    }

    /// A flood of output fills neither the log nor memory.
    private func isCut(_ house: House) async throws {
      #expect(house.host.logText.matches(of: /line=a line of a flood/).count <= 5_000)
      let lines = try await house.host.command("plugin", "logs", "bad-flood", "-n", "2000")
      #expect(lines.contains("a line of a flood"))
      #expect(try await house.host.plugin("bad-flood")["rss_bytes"].int ?? 0 > 0)
    }
  }
}
