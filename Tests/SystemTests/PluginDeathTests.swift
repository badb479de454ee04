import Foundation
import Glibc
import JSONRPC
import TestSupport
import Testing

extension SystemTests {
  /// `kill -9` of every plugin in turn, under load, during rounds.
  @Suite struct PluginDeathTests {
    /// So that a round lasts longer than the death and return of a plugin.
    private static let slowly: JSON = [["match": [:], "delay_ms": 150]]

    @Test func `any plugin may be killed during a round without loss, doubles or repeated work`() async throws {
      let folder = try PluginFolder()
      defer { folder.remove() }
      try folder.script(Self.slowly)
      try await House.with(plugins: folder) { house in
        let calm = try await Round.start(house.api)
        try await calm.complete(house.api)
        let wanted = try await calm.files(house.api)
        let journal = try await ModelJournal.read(calm, house)
        #expect(journal.states.allSatisfy { $0 == "done" } && journal.usages == journal.places.count)
        let callsOfOneRound = try await house.providerCalls()

        let conversation = try await house.api.post("/api/v1/conversations/", ["title": "load"])["id"].int ?? 0
        let victims = try await house.host.plugins().keys.sorted()
        var rounds: [Round] = []
        let load = WriteLoad(house.api, conversation: conversation)
        let report = try await load.during {
          for victim in victims {
            try await keepRunning(&rounds, house.api)
            try await kill(victim, house.host)
          }
          for round in rounds { try await round.complete(house.api) }
        }
        print(report.summary)
        try await verify(report, victims.count, conversation, house)

        for round in rounds {
          #expect(try await round.files(house.api) == wanted, "the bytes are those of an undisturbed round")
          let disturbed = try await ModelJournal.read(round, house)
          #expect(disturbed == journal, "each call is recorded and paid for once")
        }
        let repeated = try await house.providerCalls() - callsOfOneRound * Int64(rounds.count + 1)
        print("\(rounds.count) disturbed rounds of \(journal.places.count) model calls; \(repeated) calls asked again")
        #expect(repeated <= Int64(victims.count * Self.parallelCalls), "only what was on the wire is asked again")
      }
    }

    @Test func `a model call on the wire is asked again and recorded once when the plugin that records it dies`() async throws {
      let folder = try PluginFolder()
      defer { folder.remove() }
      try folder.script([["match": ["purpose": "blueprint", "nth": 1], "delay_ms": 4_000]])
      try await House.with(plugins: folder) { house in
        let round = try await Round.start(house.api)
        try await eventually("a call to be on the wire", within: .seconds(60)) {
          try await ModelJournal.read(round, house).unfinished.contains("blueprint") ? true : nil
        }
        try await kill("chat", house.host)
        try await round.complete(house.api)
        let journal = try await ModelJournal.read(round, house)
        let repeated = try await house.host.plugin("chat")["retries"].int ?? 0
        #expect(repeated >= 1, "the call was on the wire")
        #expect(Set(journal.states) == ["done"])
        #expect(journal.usages == journal.places.count)
      }
    }

    /// Writes a second. A debug build beside other tests bears less; `scripts/bench deaths` asks a release build for what is promised.
    private static var leastRate: Double {
      ProcessInfo.processInfo.environment["HIVECORE_LEAST_RATE"].flatMap(Double.init) ?? 50
    }

    /// Requirements that are worked on together, each with one call on the wire.
    private static let parallelCalls = 3

    /// Starts another round when the last one is over.
    private func keepRunning(_ rounds: inout [Round], _ api: API) async throws {
      if let last = rounds.last, try await last.isRunning(api) { return }
      rounds.append(try await Round.start(api))
    }

    private func kill(_ victim: String, _ host: HostProcess) async throws {
      let pid = try #require(try await host.plugin(victim)["pid"].int, "\(victim) has no process")
      #expect(Glibc.kill(Int32(pid), SIGKILL) == 0)
      let begun = ContinuousClock.now
      try await eventually("\(victim) to come back", within: .seconds(30)) {
        let status = try await host.plugin(victim)
        return status["state"] == "ready" && status["pid"].int != pid ? true : nil
      }
      print("killed \(victim): back after \((ContinuousClock.now - begun).formatted(.units(allowed: [.milliseconds])))")
      #expect(try await host.plugin(victim)["restarts"] == 1)
    }

    private func verify(_ report: WriteLoad.Report, _ kills: Int, _ conversation: Int64, _ house: House) async throws {
      let messages = try await house.api.rows("/api/v1/messages/?conversation=\(conversation)")
      let events = try await house.api.rows("/api/v1/observability/timeline/?event_type=load")
      report.verify(stored: messages.compactMap { $0["content"].string } + events.compactMap { $0["message"].string })
      #expect(report.rate >= Self.leastRate, "the load was a load")
      #expect(report.refusals.count <= kills * WriteLoad.clients, "each death is felt at most once by each client")
      #expect(report.longestOutage < .seconds(10))
    }
  }
}
