import JSONRPC
import ModelKit
import NIOCore
import PluginKit
import Synchronization
import TestSupport
import Testing
import UnixTransport

@testable import Chat
@testable import LLMAnthropic
@testable import LLMOpenAI

/// Faults through router and provider together: the right one is tried again, the right number of times, and what was used is counted once.
@Suite(.serialized, .timeLimit(.minutes(3))) struct RoutedFaultTests {
  /// The router and a provider, with a storage that only takes notes.
  struct Road: Sendable {
    let chat: PluginHarness<ChatPlugin>
    private let notes: Notes

    final class Notes: Sendable {
      let inserts = Mutex<[String]>([])
    }

    static func with(_ family: Family, _ mock: LLMock, _ body: (Road) async throws -> Void) async throws {
      switch family {
      case .openAI:
        let config: JSONObject = ["base_url": .string(mock.url + "/v1"), "idle_seconds": 1]
        try await with(try await PluginHarness(LLMOpenAIPlugin.self, config: config), body)
      case .anthropic:
        let config: JSONObject = ["base_url": .string(mock.url + "/anthropic"), "idle_seconds": 1]
        try await with(try await PluginHarness(LLMAnthropicPlugin.self, config: config), body)
      }
    }

    private static func with<P: Plugin>(_ provider: PluginHarness<P>, _ body: (Road) async throws -> Void) async throws {
      let notes = Notes()
      let chat = try await PluginHarness(ChatPlugin.self, config: ["aliases": ["default": "llm-x/gpt-4o-mini"]]) { served in
        guard served.request.method.hasPrefix("llm.complete@") else { return try note(served, in: notes) }
        let call = OutboundCall("llm.complete", params: served.request.params, meta: nil, deadline: .now() + .seconds(60))
        let relayed = await provider.connection.start(call)
        for try await chunk in relayed.incoming { try await served.outgoing.send(chunk) }
        let reply = await relayed.reply()
        if let error = reply.rpcError { throw error }
        guard case .result(let bytes) = reply else { return .null }
        return try JSON(parsing: Array(buffer: bytes))
      }
      try await body(Road(chat: chat, notes: notes))
      try await chat.shutdown()
      try await provider.shutdown()
    }

    private static func note(_ served: ServedRequest, in notes: Notes) throws -> JSON {
      let steps = try JSON(parsing: Array(buffer: served.request.params))["steps"].array ?? []
      notes.inserts.withLock { $0 += steps.filter { $0["op"] == "insert" }.compactMap { $0["collection"].string } }
      return ["row": .null, "rows": [], "results": .array(steps.map { _ in ["ids": ["x"]] })]
    }

    /// Usage rows written so far.
    var usageCount: Int { notes.inserts.withLock { $0.count { $0 == "usage_record" } } }

    func ask(_ text: String, inPieces: Bool = false) async throws -> (text: String, pieces: String) {
      let params: JSONObject = [
        "alias": "qa", "purpose": "qa", "messages": [["role": "user", "content": .string(text)]], "max_tokens": 50,
      ]
      guard inPieces else { return (try await chat.call("models.complete", .object(params))["text"].string ?? "", "") }
      let (result, bytes) = try await chat.stream("models.complete", .object(params.merging(["deltas": true])))
      var reader = CompletionDeltaReader()
      return (result["text"].string ?? "", try reader.take(bytes).text)
    }
  }

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
    try await LLMock.with { mock in
      try await Road.with(family, mock) { road in
        for (count, kind) in ["disconnect", "truncate", "malformed", "stall"].enumerated() {
          try await mock.queue(
            ["type": "stream_fault", "kind": .string(kind), "after_chunks": 1, "stall_seconds": 20],
            ["type": "reply", "text": .string("whole after \(kind)"), "times": 2])
          let (text, pieces) = try await road.ask("break, \(kind)", inPieces: true)
          #expect(text == "whole after \(kind)" && pieces == text)
          #expect(road.usageCount == count + 1)
        }
      }
      // The mock tells a repetition from another call by the clock; that we ask again is shown above.
      let findings = try await mock.findings().filter { !$0.contains("malformed_chunk_ignored") }
      #expect(findings == [], "\(findings)")
    }
  }

  @Test(arguments: Family.allCases) func `words that were handed out are not taken back: the caller is told, and asks again`(family: Family)
    async throws
  {
    try await LLMock.with { mock in
      try await Road.with(family, mock) { road in
        for kind in ["disconnect", "truncate", "malformed", "stall"] {
          try await mock.queue(
            ["type": "stream_fault", "kind": .string(kind), "after_chunks": 6, "stall_seconds": 20],
            ["type": "reply", "text": "one two three four five six seven eight", "times": 2])
          let before = road.usageCount
          let error = await #expect(throws: RPCError.self) { _ = try await road.ask("cut, \(kind)", inPieces: true) }
          #expect(error?.data["retryable"] == true)
          #expect(road.usageCount == before)
          #expect(try await road.ask("cut, \(kind)", inPieces: true).text == "one two three four five six seven eight")
          #expect(road.usageCount == before + 1)
        }
      }
      // The mock tells a repetition from another call by the clock; that we stop and ask again is shown above.
      let findings = try await mock.findings().filter { !$0.contains("malformed_chunk_ignored") }
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
