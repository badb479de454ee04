import TestSupport
import Testing

/// Many calls leave nothing behind. A short form of `scripts/bench models`, which makes 100 000.
@Suite(.serialized, .timeLimit(.minutes(5))) struct MemoryTests {
  @Test func `router and provider hold as much after thousands of calls as after hundreds`() async throws {
    try await CallRoad.with(limit: 1_000_000_000_000) { road in
      var seen: [(chat: Double, provider: Double)] = []
      for _ in 0..<10 {
        try await Self.make(500, road)
        seen.append((try road.chat.privateMegabytes(), try road.provider.privateMegabytes()))
      }
      for (name, course) in [("chat", seen.map(\.chat)), ("llm-openai", seen.map(\.provider))] {
        let growth = course[9] - (course[1..<5].min() ?? 0)
        #expect(growth < 1.5, "\(name) in megabytes after each 500 calls: \(course)")
      }
    }
  }

  /// Calls, every other one in pieces, 16 side by side.
  private static func make(_ count: Int, _ road: CallRoad) async throws {
    try await withThrowingTaskGroup { group in
      for index in 0..<16 {
        group.addTask {
          for _ in 0..<count / 16 { try await index % 2 == 0 ? road.throughRouter() : road.inPieces() }
        }
      }
      try await group.waitForAll()
    }
  }
}
