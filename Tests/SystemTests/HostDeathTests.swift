import Foundation
import JSONRPC
import TestSupport
import Testing

extension SystemTests {
  /// What becomes of plugins and rounds when the host dies, and of a second host on the same data.
  @Suite struct HostDeathTests {
    @Test func `a killed host leaves no process behind, and the next one finishes its round`() async throws {
      let folder = try PluginFolder()
      defer { folder.remove() }
      try folder.script([["match": [:], "delay_ms": 150]])
      let first = try await House.open(plugins: folder)
      defer { first.host.kill() }
      let round = try await Round.start(first.api)
      let conversation = try await first.api.post("/api/v1/conversations/", ["title": "load"])["id"].int ?? 0
      var done = try await ModelJournal.read(round, first)
      let report = try await WriteLoad(first.api, conversation: conversation).during {
        done = try await eventually("some calls of the round to be done") {
          let journal = try await ModelJournal.read(round, first)
          return journal.states.count { $0 == "done" } >= 5 ? journal : nil
        }
        #expect(try await round.isRunning(first.api))
        let children = ProcessTree.descendants(of: first.host.pid)
        #expect(children.count >= 8, "at least a process for each plugin")
        first.host.kill()
        try await eventually("the plugins to be gone", within: .seconds(1)) { children.contains(where: \.isAlive) ? nil : true }
      }
      print(report.summary)
      #expect(report.acknowledged > 20, "the load was a load")

      let host = try await HostProcess.start(data: first.host.data, plugins: folder.url)
      try await host.settled()
      let second = House(host: host, api: API(baseURL: host.baseURL, key: first.api.key), tenant: first.tenant)
      let messages = try await second.api.rows("/api/v1/messages/?conversation=\(conversation)")
      let events = try await second.api.rows("/api/v1/observability/timeline/?event_type=load")
      report.verifyRows(messages.compactMap { $0["content"].string } + events.compactMap { $0["message"].string })
      try await round.complete(second.api)
      let journal = try await ModelJournal.read(round, second)
      #expect(Set(journal.places).isSuperset(of: done.places) && journal.states.allSatisfy { $0 == "done" })
      #expect(journal.usages == journal.places.count, "each call is paid for once")
      let asked = try await second.providerCalls()
      let finished = done.states.count { $0 == "done" }
      #expect(asked <= Int64(journal.places.count - finished), "no finished call is asked again")
      #expect(try await round.files(second.api)["index.html"] != nil)
      await host.stop()
    }

    @Test func `a second host on the same data is refused and leaves the first unharmed`() async throws {
      try await House.with { house in
        let before = try await house.host.plugins().mapValues { $0["pid"] }
        let second = try await RunningProcess.run(
          program: HostProcess.products.appending(path: "hivecore"),
          arguments: ["serve", "--listen", "127.0.0.1:0", "--data", house.host.data.path])
        #expect(second.code == 4)
        #expect(second.errors.contains("\(house.host.pid)"), "names the process: \(second.errors)")
        #expect(second.errors.contains(house.host.data.path), "names the directory: \(second.errors)")
        #expect(try await house.host.plugins().mapValues { $0["pid"] } == before)
        _ = try await house.api.post("/api/v1/projects/", ["name": "still here"])
      }
    }
  }
}
