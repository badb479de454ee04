import Foundation
import JSONRPC
import PluginKit
import PluginProtocol
import TestSupport
import Testing

@testable import LLMOffline

@Suite(.timeLimit(.minutes(1))) struct ScenarioTests {
  private static func request(_ purpose: String, attempt: Int = 1, requirement: String = "REQ-001", _ prose: String = "") -> JSON {
    let content =
      "\(prose)\n```json\n{\"requirement\":{\"id\":\"\(requirement)\"},\"criteria\":[{\"id\":\"\(requirement).1\",\"title\":\"x\"}]}\n```"
    return ["purpose": .string(purpose), "attempt": .int(attempt), "messages": [["role": "user", "content": .string(content)]]]
  }

  private static func harness(_ rules: JSON) async throws -> PluginHarness<LLMOfflinePlugin> {
    let file = FileManager.default.temporaryDirectory.appending(path: "scenario-\(UUID().uuidString).json")
    try JSON.object(["rules": rules]).text.write(to: file, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(at: file) }
    return try await PluginHarness(LLMOfflinePlugin.self, config: ["scenario": .string(file.path)])
  }

  @Test func `plays the first rule that holds, else answers as usual`() async throws {
    let harness = try await Self.harness([
      ["match": ["purpose": "qa", "attempt": 1, "requirement": "REQ-002"], "reply": ["json": ["overall_pass": false]]],
      ["match": ["purpose": "qa", "attempt": 1], "reply": ["text": "second"]],
      ["match": ["contains": "broken"], "reply": ["malformed": true]],
      ["match": ["purpose": "file"], "reply": ["tool_calls": [["id": "1", "name": "run", "arguments": ["argv": ["ls"]]]]]],
    ])
    #expect(try await harness.call("llm.complete", Self.request("qa", requirement: "REQ-002"))["text"] == "{\"overall_pass\":false}")
    #expect(try await harness.call("llm.complete", Self.request("qa"))["text"] == "second")
    #expect(try await harness.call("llm.complete", Self.request("qa", attempt: 2))["text"].string?.contains("No check printed") == true)
    let malformed = try #require(try await harness.call("llm.complete", Self.request("chat", "broken"))["text"].string)
    #expect((try? JSON(parsing: malformed)) == nil)
    let tools = try await harness.call("llm.complete", Self.request("file"))
    #expect(tools["finish_reason"] == "tool_calls")
    #expect(tools["tool_calls"][0]["name"] == "run")
    try await harness.shutdown()
  }

  @Test func `counts requests for the nth rule and carries scripted errors`() async throws {
    let harness = try await Self.harness([
      ["match": ["purpose": "chat", "nth": 2], "reply": ["error": ["code": "llm_rate_limited", "retry_after_ms": 50]]],
      ["match": ["purpose": "chat"], "delay_ms": 1],
    ])
    #expect(try await harness.call("llm.complete", Self.request("chat", "Hi"))["finish_reason"] == "stop")
    let error = await #expect(throws: RPCError.self) { try await harness.call("llm.complete", Self.request("chat", "Hi")) }
    #expect(error?.applicationCode == "llm_rate_limited")
    #expect(error?.data["retry_after_ms"] == 50)
    #expect(error?.data["retryable"] == true)
    #expect(try await harness.call("llm.complete", Self.request("chat", "Hi"))["model"] == "offline-1")
    try await harness.shutdown()
  }

  @Test(arguments: [
    (#"{"rules":[{"match":{"purpos":"qa"}}]}"#, "rules[0].match.purpos: is not known here"),
    (#"{"rules":[{"reply":{}}]}"#, "rules[0].reply: must hold exactly one"),
    (#"{"rules":[{"reply":{"malformed":false}}]}"#, "rules[0].reply.malformed: is not a reply"),
    (#"{"rules":[{"delay_ms":-1}]}"#, "rules[0].delay_ms: must be 0"),
    (#"{"rules":[{"reply":{"error":{"code":"x"}}}]}"#, "rules[0].reply.error.code: x is not"),
  ])
  func `a mistake in a scenario names its place`(text: String, message: String) throws {
    let error = #expect(throws: SpecError.self) { try Scenario(json: try JSON(parsing: text)) }
    #expect(error?.description.hasPrefix(message) == true, "\(error?.description ?? "")")
  }

  @Test func `counts tokens by bytes and lists its model`() async throws {
    let harness = try await PluginHarness(LLMOfflinePlugin.self)
    #expect(try await harness.call("llm.count_tokens", ["text": "12345"])["tokens"] == 2)
    #expect(try await harness.call("llm.count_tokens", ["messages": [["content": "1234"], ["content": "面"]]])["tokens"] == 2)
    #expect(try await harness.call("llm.models", [:])["models"][0]["id"] == "offline-1")
    let reply = try await harness.call("llm.complete", ["messages": [["role": "user", "content": "12345678"]], "purpose": "summary"])
    #expect(reply["usage"]["input_tokens"] == 2)
    #expect(reply["usage"]["output_tokens"].int == Int64(OfflineModel.tokens(reply["text"].string ?? "")))
    await #expect(throws: RPCError.self) { try await harness.call("llm.complete", ["messages": []]) }
    try await harness.shutdown()
  }
}
