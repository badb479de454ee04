import JSONRPC
import TestSupport
import Testing

/// Faults through router and provider together: the right one is tried again, the right number of times, and what was used is counted once.
@Suite(.serialized, .timeLimit(.minutes(3))) struct RoutedFaultTests {
  /// A mock that writes a stream at once has written all of it before anybody can stop reading, and takes what follows for another call.
  private static let likeAModel = ["--stream-chunk-delay-ms", "50"]
  private static let long = String(repeating: "one two three four five ", count: 12)

  @Test(arguments: Family.allCases) func `waits as long as a server asks, and counts once`(family: Family) async throws {
    try await LLMock.with { mock in
      try await Road.with(family, mock) { road in
        try await mock.queue(["type": "fail", "status": 429, "retry_after": 1, "times": 2], ["type": "reply", "text": "at last"])
        #expect(try await road.ask("patience").text == "at last")
        #expect(try await mock.requests().map { $0["status"] } == [429, 429, 200])
        #expect(road.usageCount == 1)
        try await mock.queue(["type": "fail", "status": 500], ["type": "reply", "text": "again"])
        #expect(try await road.ask("stumble").text == "again")
        #expect(road.usageCount == 2)
      }
      let findings = try await mock.findings()
      #expect(findings == [], "\(findings)")
    }
  }

  @Test(arguments: Family.allCases) func `a stream that breaks before its first word is asked for again`(family: Family) async throws {
    try await LLMock.with(Self.likeAModel) { mock in
      try await Road.with(family, mock) { road in
        for (count, kind) in ["disconnect", "truncate", "malformed", "stall"].enumerated() {
          try await mock.queue(
            ["type": "stream_fault", "kind": .string(kind), "after_chunks": 1, "stall_seconds": 20],
            ["type": "reply", "text": .string(Self.long)], ["type": "reply", "text": .string("whole after \(kind)")])
          let (text, pieces) = try await road.ask("break, \(kind)", inPieces: true)
          #expect(text == "whole after \(kind)" && pieces == text)
          #expect(road.usageCount == count + 1)
        }
      }
      let findings = try await mock.findings()
      #expect(findings == [], "\(findings)")
    }
  }

  @Test(arguments: Family.allCases) func `words that were handed out are not taken back: the caller is told, and asks again`(family: Family)
    async throws
  {
    try await LLMock.with(Self.likeAModel) { mock in
      try await Road.with(family, mock) { road in
        for kind in ["disconnect", "truncate", "malformed", "stall"] {
          try await mock.queue(
            ["type": "stream_fault", "kind": .string(kind), "after_chunks": 6, "stall_seconds": 20],
            ["type": "reply", "text": .string(Self.long)], ["type": "reply", "text": "one two three four five six seven eight"])
          let before = road.usageCount
          let served = try await mock.requests().count
          let error = await #expect(throws: RPCError.self) { _ = try await road.ask("cut, \(kind)", inPieces: true) }
          #expect(error?.data["retryable"] == true)
          #expect(road.usageCount == before)
          // Whoever asks before the mock has seen its reader go makes another call, in its eyes.
          try await eventually("the mock to see its reader go") { try await mock.requests().count > served ? true : nil }
          #expect(try await road.ask("cut, \(kind)", inPieces: true).text == "one two three four five six seven eight")
          #expect(road.usageCount == before + 1)
        }
      }
      let findings = try await mock.findings()
      #expect(findings == [], "\(findings)")
    }
  }

  @Test(arguments: Family.allCases) func `what cannot pass is not tried again`(family: Family) async throws {
    try await LLMock.with { mock in
      try await Road.with(family, mock) { road in
        for (status, code) in [(401, "llm_auth"), (404, "llm_error")] {
          try await mock.queue(["type": "fail", "status": .int(status)])
          let error = await #expect(throws: RPCError.self) { _ = try await road.ask("no \(status)") }
          #expect(error?.applicationCode == code)
        }
        #expect(try await mock.requests().count == 2)
        #expect(road.usageCount == 0)
      }
      let findings = try await mock.findings()
      #expect(findings == [], "\(findings)")
    }
  }
}
