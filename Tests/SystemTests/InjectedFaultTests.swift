import Foundation
import JSONRPC
import TestSupport
import Testing

extension SystemTests {
  /// `[faults]` of a manifest, through a real host and a real process.
  @Suite struct InjectedFaultTests {
    /// Every call of a method meets its fault; what may be repeated is left out, so that each fault strikes once.
    private static let rehearsal = FaultCase(
      name: "rehearsal",
      manifest: """
        [health]
        ready = "60s"
        ping = "500ms"
        [faults]
        seed = 7
        "test.sleep" = { hang = 1 }
        "test.stream" = { kill = 1 }
        "test.die" = { error = 1 }
        "test.sink" = { corrupt = 1 }
        "test.quick" = { drop = 1 }
        "test.echo" = { delay = "300ms" }
        """,
      cause: nil, words: "")

    @Test func `each fault strikes as it says, and the plugin comes back`() async throws {
      let folder = try PluginFolder()
      defer { folder.remove() }
      try Self.rehearsal.install(in: folder)
      try await House.with(plugins: folder, environment: ["HIVECORE_ENV": "development"]) { house in
        for (method, words) in [("test.die", "injected fault: test.die"), ("test.quick", "no answer in time")] {
          let answer = try await Self.rehearsal.call(method, [:], on: house.host)
          #expect(answer.code == 1 && answer.errors.contains(words), "\(method): \(answer)")
          #expect(try await house.host.plugin(Self.rehearsal.id)["restarts"] == 0)
        }
        let delayed = try await Self.rehearsal.call("test.echo", ["x": 1], on: house.host)
        #expect(try JSON(parsing: delayed.output)["params"] == ["x": 1], "\(delayed)")
        try await ends("test.sleep", ["ms": 0], cause: "watchdog", words: "hung: 3 pings unanswered", restarts: 1, house)
        try await ends("test.stream", ["parts": []], cause: "signal", words: "signal 9", restarts: 2, house)
        try await ends("test.sink", [:], cause: "protocol", words: "broke the protocol", restarts: 3, house)
        #expect(try await house.host.plugin(Self.rehearsal.id)["faults"] == 6)
        let usual = try await house.host.plugins().filter { $0.key != Self.rehearsal.id }
        #expect(usual.count >= 8 && usual.values.allSatisfy { $0["state"] == "ready" && $0["restarts"] == 0 && $0["faults"] == 0 })
      }
    }

    /// The call ends as `plugin_died`; why the process ended is in the status of the one that replaced it.
    private func ends(_ method: String, _ params: JSON, cause: String, words: String, restarts: Int64, _ house: House) async throws {
      let answer = try await Self.rehearsal.call(method, params, on: house.host)
      #expect(answer.code == 1 && answer.errors.contains("ended while serving"), "\(method): \(answer)")
      let status = try await eventually("\(method) to be survived", within: .seconds(30)) {
        let status = try await house.host.plugin(Self.rehearsal.id)
        return status["state"] == "ready" && status["restarts"].int == restarts ? status : nil
      }
      let exit = status["last_exit"]
      #expect(exit["cause"].string == cause && exit["summary"].string?.contains(words) != false, "\(method): \(exit.text)")
    }

    @Test func `outside development a manifest with faults is refused, and nothing else`() async throws {
      let folder = try PluginFolder()
      defer { folder.remove() }
      try Self.rehearsal.install(in: folder)
      try await House.with(plugins: folder) { house in
        let status = try JSON(parsing: try await house.host.command("status", "--json"))
        #expect(try await house.host.plugins()[Self.rehearsal.id] == nil)
        let problem = status["problems"].array?.compactMap(\.string).first { $0.contains("90-rehearsal.toml") }
        #expect(problem?.contains("needs environment = \"development\"") == true, "\(status["problems"].text)")
        #expect(house.host.logText.contains("a manifest is wrong; its plugin is off"))
        let answer = try await Self.rehearsal.call("test.echo", [:], on: house.host)
        #expect(answer.code == 1 && answer.output.isEmpty, "\(answer)")
        #expect(try await house.api.send(.get, "/api/health/ready/").status == 200)
      }
    }
  }
}
