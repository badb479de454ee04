import Glibc
import JSONRPC
import Router
import Testing

@testable import Supervisor

/// Calls to real processes that die.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct CallTests {
  @Test func `a mutation whose plugin is killed is repeated under the same id, and its caller never knows`() async throws {
    try await Bench.run { bench in
      await bench.start(try bench.entry("good"))
      let answer = try await bench.call("test.dieonce")
      #expect(answer["first"].string?.isEmpty == false && answer["first"] == answer["second"])
      #expect(try await bench.status("good").restarts == 1)
    }
  }

  @Test func `a call that may not be repeated fails when its plugin is killed`() async throws {
    try await Bench.run { bench in
      await bench.start(try bench.entry("good"))
      let error = await #expect(throws: RPCError.self) { try await bench.call("test.die") }
      #expect(error?.code == .pluginDied && error?.data["delivered"] == "maybe" && error?.data["plugin"] == "good")
      #expect(try await bench.call("test.echo")["pid"].int != nil)
    }
  }

  @Test func `every call is answered while its plugin is killed as often as a call may be repeated`() async throws {
    try await Bench.run { bench in
      await bench.start(try bench.entry("good", "[limits]\nqueue = 1000\n[restart]\nintensity = 100\nbackoff = [\"1ms\", \"2ms\"]"))
      let answered = await withTaskGroup(of: Bool.self) { group in
        for index in 0..<200 {
          group.addTask { (try? await bench.call("test.echo", ["n": .int(index)]))?["params"]["n"] == .int(index) }
        }
        for restarts in 1...2 {
          if let pid = try? await bench.status("good").pid { kill(pid, SIGKILL) }
          _ = try? await bench.wait("good") { $0.restarts >= restarts && $0.state == .ready }
        }
        return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
      }
      #expect(answered == 200)
    }
  }

  @Test func `draining lets a running call finish`() async throws {
    try await Bench.run { bench in
      await bench.start(try bench.entry("good"))
      async let answer = bench.call("test.sleep", ["ms": 300])
      let deadline = ContinuousClock.now + .seconds(20)
      while try await bench.status("good").route?.inFlight != 1 { try #require(ContinuousClock.now < deadline) }
      await bench.supervisor.stop()
      #expect(try await answer["pid"].int != nil)
    }
  }
}
