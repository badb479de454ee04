import Foundation
import JSONRPC
import TestSupport
import Testing

extension SystemTests {
  /// What no client should send (Tests/Hostile/hostile.py). `HIVECORE_HOSTILE=100000` sends as much.
  @Suite struct HostileTests {
    @Test(.timeLimit(.minutes(30))) func `malformed requests get answers below 500, and cost no memory`() async throws {
      try await House.with { house in
        _ = try await house.api.post("/api/v1/projects/", ["name": "p"])
        _ = try await house.api.post("/api/v1/conversations/", ["project": 1])
        let port = try #require(URL(string: house.host.baseURL)?.port)
        let count = ProcessInfo.processInfo.environment["HIVECORE_HOSTILE"] ?? "4000"
        let script = HostProcess.sources.appending(path: "Tests/Hostile/hostile.py").path
        let result = try await RunningProcess.run(
          program: URL(filePath: "/usr/bin/env"),
          arguments: ["python3", script, "\(port)", house.api.key ?? "", "\(house.host.pid)", count])
        print(result.output)
        #expect(result.code == 0, "\(result.output)\(result.errors)")
        let ended = try await house.host.plugins().filter { $0.value["restarts"] != 0 }
        #expect(ended.isEmpty)
      }
    }
  }
}
