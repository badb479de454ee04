import JSONRPC
import ModelKit
import TestSupport
import Testing

/// What goes wrong at a provider, and what its caller is told.
@Suite(.serialized, .timeLimit(.minutes(3))) struct FaultTests {
  @Test(arguments: Family.allCases) func `each refusal is one of the typed errors`(family: Family) async throws {
    try await LLMock.with { mock in
      try await family.with(mock.url) { provider in
        for (status, code, isRetryable) in [
          (401, "llm_auth", false), (403, "llm_auth", false), (429, "llm_rate_limited", true), (500, "llm_overloaded", true),
          (503, "llm_overloaded", true), (529, "llm_overloaded", true), (400, "llm_error", false), (404, "llm_error", false),
        ] {
          try await mock.queue(["type": "fail", "status": .int(status)])
          let error = await #expect(throws: RPCError.self) { try await provider.complete(.object(Served.ask("Refused \(status)"))) }
          #expect(error?.applicationCode == code, "\(status)")
          #expect(error?.data["retryable"] == .bool(isRetryable), "\(status)")
        }
        try await mock.queue(["type": "fail", "status": 429, "retry_after": 2.5])
        let error = await #expect(throws: RPCError.self) { try await provider.complete(.object(Served.ask("Later"))) }
        #expect((2000...3000).contains(error?.data["retry_after_ms"].int ?? 0), "\(error?.data.text ?? "")")
      }
    }
  }

  @Test(arguments: Family.allCases) func `a prompt that is too long is told from other refusals`(family: Family) async throws {
    try await LLMock.with(["--context-window", "200"]) { mock in
      try await family.with(mock.url) { provider in
        let long = String(repeating: "word ", count: 2000)
        let error = await #expect(throws: RPCError.self) { try await provider.complete(.object(Served.ask(long))) }
        #expect(error?.applicationCode == "llm_context_length", "\(error?.message ?? "")")
        #expect(error?.data["retryable"] == false)
      }
    }
  }

  @Test(arguments: Family.allCases) func `a broken stream is an error, never half a reply`(family: Family) async throws {
    try await LLMock.with { mock in
      try await family.with(mock.url, config: ["idle_seconds": 1]) { provider in
        for (kind, code) in [
          ("disconnect", "llm_overloaded"), ("truncate", "llm_malformed"), ("malformed", "llm_malformed"), ("stall", "llm_timeout"),
        ] {
          try await mock.queue(
            ["type": "reply", "text": "One two three four five six seven eight nine ten"],
            ["type": "stream_fault", "kind": .string(kind), "after_chunks": 4, "stall_seconds": 20])
          let error = await #expect(throws: RPCError.self) { try await provider.streamed(Served.ask("Count, \(kind)")) }
          #expect(error?.applicationCode == code, "\(kind): \(error?.message ?? "")")
          #expect(error?.data["retryable"] == true, "\(kind)")
        }
      }
    }
  }

  @Test(arguments: Family.allCases) func `a silent server is given up after the time for its first byte`(family: Family) async throws {
    try await LLMock.with { mock in
      try await family.with(mock.url, config: ["first_byte_seconds": 0.5, "connect_seconds": 0.5]) { provider in
        try await mock.queue(["type": "delay", "seconds": 20])
        let error = await #expect(throws: RPCError.self) { try await provider.complete(.object(Served.ask("Hello?"))) }
        #expect(error?.applicationCode == "llm_timeout")
      }
    }
  }

  @Test(arguments: Family.allCases) func `a server that is not there is an error at once`(family: Family) async throws {
    try await family.with("http://127.0.0.1:1") { provider in
      let started = ContinuousClock.now
      let error = await #expect(throws: RPCError.self) { try await provider.complete(.object(Served.ask("Anyone?"))) }
      #expect(error?.applicationCode == "llm_overloaded")
      #expect(error?.message == "127.0.0.1 cannot be reached: it refuses connections")
      #expect(ContinuousClock.now - started < .seconds(8))
    }
  }

  @Test(arguments: Family.allCases) func `a connection nobody answers is given up after the time for it`(family: Family) async throws {
    try await DeafServer.with { server in
      try await family.with("http://127.0.0.1:\(server.port)", config: ["connect_seconds": 0.5]) { provider in
        let started = ContinuousClock.now
        let error = await #expect(throws: RPCError.self) { try await provider.complete(.object(Served.ask("Hello?"))) }
        #expect(error?.applicationCode == "llm_timeout" && error?.data["retryable"] == true)
        #expect(error?.message == "127.0.0.1 did not accept a connection within 0.5 seconds")
        #expect(ContinuousClock.now - started < .seconds(8))
      }
    }
  }

  @Test(arguments: Family.allCases) func `arguments that are no JSON are malformed`(family: Family) async throws {
    try await LLMock.with { mock in
      try await family.with(mock.url) { provider in
        try await mock.queue(["type": "tool_fault", "kind": "malformed_arguments"])
        let ask = Served.ask("Weather?", ["tools": [Served.weather]])
        let error = await #expect(throws: RPCError.self) { try await provider.streamed(ask) }
        #expect(error?.applicationCode == "llm_malformed")
      }
    }
  }
}
