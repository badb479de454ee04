import JSONRPC
import PluginKit
import TestSupport
import Testing

@testable import Chat

/// The plugin over a real socket, its storage and model played by the test.
@Suite(.timeLimit(.minutes(1))) struct ChatPluginTests {
  private static let reply =
    "Noted.\n```json\n{\"requirements\":[{\"content\":\"A menu\",\"delivery_standards\":[\"five items\",\"prices\"]}]}\n```"
  private static let round = "7f1e0d4c-0000-4000-8000-000000000001"

  private static func harness(_ storage: FakeStorage, _ model: FakeModel, config: JSONObject = [:]) async throws -> PluginHarness<
    ChatPlugin
  > {
    try await PluginHarness(ChatPlugin.self, config: config) { method, params, _ throws(RPCError) in
      guard method.hasPrefix("llm.complete@") else { return try await storage.answer(method, params) }
      return try await model.answer(params, provider: String(method.dropFirst(13)))
    }
  }

  private static func conversation(_ storage: FakeStorage) async -> Int64 {
    await storage.add("conversation", ["project": 3, "first_user_message": ""])
  }

  private static func body(_ id: Int64, _ content: JSON, files: JSON = []) -> JSON {
    ["path": ["id": .int(id)], "body": ["content": content, "file_ids": files], "query": [:], "headers": [:]]
  }

  private static func call(_ journal: JSON = .null, _ text: String = "hi") -> JSON {
    [
      "alias": "qa", "purpose": "qa", "messages": [["role": "user", "content": .string(text)]], "agent": ["id": "a1", "name": "Tester"],
      "project": 3,
      "round": .string(round), "journal": journal,
    ]
  }

  @Test func `stores a turn at once: messages, requirements, standards, usage, event`() async throws {
    let storage = FakeStorage()
    let id = await Self.conversation(storage)
    let file = await storage.add("file", ["name": "plan.md", "file_type": "document", "description": "A plan"])
    let harness = try await Self.harness(storage, FakeModel([.success(Self.reply)]))
    let body = try await harness.call("chat.send", Self.body(id, "A page with a menu", files: [.int(file)]), tenant: "t")["body"]
    #expect(body["user_message"]["content"] == "A page with a menu")
    #expect(body["user_message"]["attachments"][0]["filename"] == "plan.md")
    #expect(body["assistant_message"]["content"] == "Noted.")
    #expect(body["requirements_created"].array?.count == 1)
    #expect(body["requirements_created"][0]["delivery_standards"].array?.map { $0["content"] } == ["five items", "prices"])
    #expect(body["requirements_updated"] == [])
    #expect(await storage.rows("conversation")[0]["first_user_message"] == "A page with a menu")
    let usage = await storage.rows("usage_record")
    #expect(usage.count == 1)
    #expect(usage[0]["total_tokens"] == 150)
    #expect(usage[0]["cost_usd"] == "0.000000")
    #expect(await storage.events.compactMap { $0["type"]?.string } == ["usage", "usage_recorded", "conversation_updated"])
    #expect(await storage.events.last?["data"]?["created"] == [body["requirements_created"][0]["id"]])
    try await harness.shutdown()
  }

  @Test func `a second message refines what the first created`() async throws {
    let storage = FakeStorage()
    let id = await Self.conversation(storage)
    let second = "Better.\n```json\n{\"requirements\":[{\"content\":\"a menu\",\"delivery_standards\":[\"ten items\"]}]}\n```"
    let model = FakeModel([.success(Self.reply), .success(second)])
    let harness = try await Self.harness(storage, model)
    let first = try await harness.call("chat.send", Self.body(id, "One"))["body"]
    let body = try await harness.call("chat.send", Self.body(id, "Two"))["body"]
    #expect(body["requirements_created"] == [])
    #expect(body["requirements_updated"][0]["id"] == first["requirements_created"][0]["id"])
    #expect(body["requirements_updated"][0]["delivery_standards"].array?.map { $0["content"] } == ["ten items"])
    let prompt = await model.asked[1]["messages"].array ?? []
    #expect(prompt.compactMap { $0["content"].string }.dropFirst().prefix(2) == ["One", "Noted."])
    #expect(prompt.last?["content"].string?.contains("\"content\":\"A menu\"") == true)
    try await harness.shutdown()
  }

  @Test func `messages sent at the same time do not interleave`() async throws {
    let storage = FakeStorage()
    let id = await Self.conversation(storage)
    let model = FakeModel([.success(Self.reply)])
    let harness = try await Self.harness(storage, model)
    try await withThrowingTaskGroup { group in
      for index in 0..<8 { group.addTask { _ = try await harness.call("chat.send", Self.body(id, .string("Message \(index)"))) } }
      try await group.waitForAll()
    }
    #expect(
      await storage.rows("message").compactMap { $0["type"]?.string } == Array(repeating: ["user", "assistant"], count: 8).flatMap { $0 })
    #expect(await model.mostRunning == 1)
    #expect(await storage.rows("requirement").count == 1)
    try await harness.shutdown()
  }

  @Test func `a failed model gives 502 and stores nothing; none gives 503`() async throws {
    let storage = FakeStorage()
    let id = await Self.conversation(storage)
    for (failure, status, code) in [
      (RPCError.application("llm_auth", status: 502, "bad key"), 502, "llm_error"),
      (RPCError(.unavailable, "down"), 503, "llm_unavailable"),
    ] {
      let harness = try await Self.harness(storage, FakeModel([.failure(failure)]), config: ["attempts": 1])
      let error = await #expect(throws: RPCError.self) { try await harness.call("chat.send", Self.body(id, "Hello")) }
      #expect(error?.data["status"] == .int(status))
      #expect(error?.data["body"]["code"] == .string(code))
      #expect(await storage.rows("message").isEmpty)
      #expect(await storage.events.isEmpty)
      try await harness.shutdown()
    }
  }

  @Test func `asks once more when an answer cannot be read`() async throws {
    let storage = FakeStorage()
    let id = await Self.conversation(storage)
    let model = FakeModel([.success("just words"), .success(Self.reply)])
    let harness = try await Self.harness(storage, model)
    #expect(try await harness.call("chat.send", Self.body(id, "Hello"))["body"]["requirements_created"].array?.count == 1)
    #expect(await model.asked.map { $0["attempt"] } == [1, 2])
    let words = FakeModel([.success("just words")])
    let other = try await Self.harness(storage, words)
    #expect(try await other.call("chat.send", Self.body(id, "Hello"))["body"]["assistant_message"]["content"] == "just words")
    #expect(await words.asked.count == 2)
    try await harness.shutdown()
    try await other.shutdown()
  }

  @Test(arguments: [
    (Self.body(99, "x"), 404, #"{"detail":"No Conversation matches the given query."}"#),
    (Self.body(1, " "), 400, #"{"content":["This field may not be blank."]}"#),
    (Self.body(1, .null), 400, #"{"content":["This field is required."]}"#),
    (Self.body(1, "x", files: [77]), 400, #"{"file_ids":["Invalid pk \"77\" - object does not exist."]}"#),
    (Self.body(1, "x", files: ["a"]), 400, #"{"file_ids":{"0":["A valid integer is required."]}}"#),
    (Self.body(1, "x", files: "a"), 400, #"{"file_ids":["Expected a list of items but got type \"str\"."]}"#),
  ])
  func `refuses what is wrong in the contract's words`(params: JSON, status: Int, body: String) async throws {
    let storage = FakeStorage()
    _ = await Self.conversation(storage)
    let harness = try await Self.harness(storage, FakeModel([.success(Self.reply)]))
    let error = await #expect(throws: RPCError.self) { try await harness.call("chat.send", params) }
    #expect(error?.data["status"] == .int(status))
    #expect(error?.data["body"].text == body)
    try await harness.shutdown()
  }

  @Test func `extracting replaces all requirements, and nothing when the model fails or finds none`() async throws {
    let storage = FakeStorage()
    let id = await Self.conversation(storage)
    let params: JSON = ["path": ["id": .int(id)], "body": [:]]
    let model = FakeModel([.success("words"), .success("more words"), .success("{\"requirements\":[]}"), .success(Self.reply)])
    let harness = try await Self.harness(storage, model)
    #expect(try await harness.call("chat.extract", params)["body"] == [])
    #expect(await model.asked.isEmpty)
    await storage.add("message", ["conversation": .int(id), "type": "user", "content": "A page"])
    await storage.add("requirement", ["conversation": .int(id), "content": "old", "type": "requirement"])
    let error = await #expect(throws: RPCError.self) { try await harness.call("chat.extract", params) }
    #expect(error?.applicationCode == "llm_error")
    #expect(try await harness.call("chat.extract", params)["body"].array?.map { $0["content"] } == ["old"])
    #expect(try await harness.call("chat.extract", params)["body"].array?.map { $0["content"] } == ["A menu"])
    #expect(await storage.rows("requirement").count == 1)
    #expect(await model.asked.last?["messages"][1]["content"].string?.hasPrefix("user: A page") == true)
    try await harness.shutdown()
  }

  @Test func `journals a call and plays it back`() async throws {
    let storage = FakeStorage()
    await storage.add(
      "execution_round", ["id": .string(Self.round), "total_tokens": 0, "total_cost_usd": "0.000000", "total_llm_calls": 0])
    let model = FakeModel([.success("once")])
    let harness = try await Self.harness(storage, model)
    let key: JSON = ["round": .string(Self.round), "step": "qa/REQ-001", "attempt": 1, "call": 1]
    let first = try await harness.call("models.complete", Self.call(key))
    let second = try await harness.call("models.complete", Self.call(key))
    #expect(first["text"] == "once")
    #expect(first["replayed"] == .null)
    #expect(first["cost_usd"] == 0.0)
    #expect(first["provider"] == "llm-offline")
    #expect(second == .object((first.object ?? [:]).merging(["replayed": true])))
    #expect(await model.asked.count == 1)
    let error = await #expect(throws: RPCError.self) { try await harness.call("models.complete", Self.call(key, "something else")) }
    #expect(error?.applicationCode == "journal_mismatch")
    let round = await storage.rows("execution_round")[0]
    #expect(round["total_tokens"]?.double == 150)
    #expect(round["total_llm_calls"]?.double == 1)
    #expect(await storage.events.last?["round"] == .string(Self.round))
    try await harness.shutdown()
  }

  @Test(arguments: ["full", "redacted"]) func `a redacted journal keeps no word of a request, and plays back all the same`(
    journal: JSON
  ) async throws {
    let storage = FakeStorage()
    let model = FakeModel([.failure(.application("llm_auth", status: 502, "x")), .success("once")])
    let harness = try await Self.harness(storage, model, config: ["journal": journal, "attempts": 1])
    let key: JSON = ["round": .string(Self.round), "step": "qa/REQ-001", "attempt": 1, "call": 1]
    let call = Self.call(key, "a secret wish")
    for state in ["intent", "done"] {
      let reply = try? await harness.call("models.complete", call)
      #expect((reply == nil) == (state == "intent"))
      let row = await storage.rows("llm_call")[0]
      #expect(row["state"]?.string == state)
      #expect(JSON.object(row).text.contains("secret") == (journal == "full"))
      #expect(((row["request"]?["omitted_bytes"].int ?? 0) > 50) == (journal == "redacted"))
    }
    let again = try await harness.call("models.complete", call)
    #expect(again["replayed"] == true && again["text"] == "once")
    #expect(await model.asked.count == 2)
    let error = await #expect(throws: RPCError.self) { try await harness.call("models.complete", Self.call(key, "another wish")) }
    #expect(error?.applicationCode == "journal_mismatch")
    try await harness.shutdown()
  }

  @Test func `an intent without reply is asked again, once`() async throws {
    let storage = FakeStorage()
    let key: JSON = ["round": .string(Self.round), "step": "spec", "attempt": 1, "call": 1]
    let failing = try await Self.harness(storage, FakeModel([.failure(.application("llm_auth", status: 502, "x"))]))
    await #expect(throws: RPCError.self) { try await failing.call("models.complete", Self.call(key)) }
    #expect(await storage.rows("llm_call").map { $0["state"] } == ["intent"])
    let harness = try await Self.harness(storage, FakeModel([.success("now")]))
    #expect(try await harness.call("models.complete", Self.call(key))["text"] == "now")
    #expect(await storage.rows("llm_call").map { $0["state"] } == ["done"])
    #expect(await storage.rows("usage_record").count == 1)
    try await failing.shutdown()
    try await harness.shutdown()
  }

  @Test func `retries what passes and falls back on the next provider`() async throws {
    let storage = FakeStorage()
    let busy = RPCError.application("llm_rate_limited", status: 502, "busy", more: ["retry_after_ms": 1])
    let model = FakeModel([
      .failure(busy), .failure(busy), .failure(.application("llm_auth", status: 502, "key")), .success("from the second"),
    ])
    let harness = try await Self.harness(storage, model, config: ["aliases": ["qa": ["first/gpt-4o", "second/mystery"]]])
    let reply = try await harness.call("models.complete", Self.call())
    #expect(reply["text"] == "from the second")
    #expect(reply["provider"] == "second")
    #expect(reply["cost_usd"] == .null)
    #expect(await model.asked.compactMap { $0["provider"].string } == ["first", "first", "first", "second"])
    try await harness.shutdown()
  }

  @Test func `answers in a house that keeps no usage`() async throws {
    let storage = FakeStorage(missing: ["usage_record"])
    let harness = try await Self.harness(storage, FakeModel([.success("fine")]))
    let key: JSON = ["round": .string(Self.round), "step": "spec", "attempt": 1, "call": 1]
    #expect(try await harness.call("models.complete", Self.call(key))["text"] == "fine")
    #expect(await storage.rows("llm_call").map { $0["state"] } == ["done"])
    try await harness.shutdown()
  }
}
