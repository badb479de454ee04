import JSONRPC
import ModelKit
import PluginKit
import TestSupport
import Testing

@testable import Chat

/// Conversations that are longer than what their model reads.
@Suite(.timeLimit(.minutes(1))) struct WindowTests {
  private static let answer = "Noted.\n```json\n{\"requirements\":[]}\n```"

  /// A model of a small window that knows its size, or finds out.
  private actor SmallModel {
    let window: Int64
    /// Nil = it does not tell.
    let told: Int64?
    private(set) var asked: [(tokens: Int64, messages: [JSON])] = []
    private(set) var listed = 0

    init(window: Int64, told: Int64?) {
      self.window = window
      self.told = told
    }

    func list() -> JSON {
      listed += 1
      return [
        "models": [["id": "small", "context": told.map { .int($0) } ?? .null], ["id": "large", "context": 1_000_000]], "default": "small",
      ]
    }

    func answer(_ params: JSON) throws(RPCError) -> JSON {
      let tokens = TokenEstimate.tokens(messages: params["messages"]) + (told == nil ? 0 : params["max_tokens"].int ?? 0)
      asked.append((tokens, params["messages"].array ?? []))
      guard tokens <= window else { throw ModelFailure.error(.contextLength, "\(tokens) tokens are more than \(window)") }
      return RouterHouse.reply(WindowTests.answer)
    }
  }

  private static func harness(_ storage: FakeStorage, _ model: SmallModel, _ config: JSONObject = [:]) async throws -> PluginHarness<
    ChatPlugin
  > {
    let aliases: JSONObject = ["aliases": ["default": "llm-small/default"]]
    return try await PluginHarness(ChatPlugin.self, config: aliases.merging(config)) { method, params, _ throws(RPCError) in
      switch method {
      case "llm.models@llm-small": return await model.list()
      case "llm.complete@llm-small": return try await model.answer(params)
      default: return try await storage.answer(method, params)
      }
    }
  }

  private static func conversation(_ storage: FakeStorage) async -> JSON {
    let id = await storage.add("conversation", ["project": 3, "first_user_message": "m0"])
    for index in 0..<30 {
      let text = "m\(index) " + String(repeating: "word ", count: 60)
      await storage.add("message", ["conversation": .int(id), "type": index % 2 == 0 ? "user" : "assistant", "content": .string(text)])
    }
    return ["path": ["id": .int(id)], "body": ["content": "And a map"]]
  }

  @Test(arguments: ["chat.send", "chat.stream", "chat.extract"])
  func `a model gets as much of the history as it can read`(method: String) async throws {
    let storage = FakeStorage()
    let model = SmallModel(window: 2048, told: 2048)
    let harness = try await Self.harness(storage, model)
    let body = await Self.conversation(storage)
    for _ in 0..<2 { _ = try await harness.stream(method, body) }
    let asked = await model.asked
    #expect(asked.count == 2 && asked.allSatisfy { $0.tokens > 1024 })
    let text = asked[0].messages.map { $0["content"].string ?? "" }.joined()
    #expect(text.contains("m29 ") && !text.contains("m0 "))
    #expect(await model.listed == 1)
    try await harness.shutdown()
  }

  @Test(arguments: ["chat.send", "chat.stream", "chat.extract"])
  func `one that does not tell is asked with less, and the turn is stored once`(method: String) async throws {
    let storage = FakeStorage()
    let model = SmallModel(window: 1500, told: nil)
    let harness = try await Self.harness(storage, model)
    let body = await Self.conversation(storage)
    _ = try await harness.stream(method, body)
    let tokens = await model.asked.map(\.tokens)
    #expect(tokens.count > 1 && tokens == tokens.sorted(by: >) && (tokens.last ?? 0) <= 1500)
    #expect(await storage.rows("message").count == (method == "chat.extract" ? 30 : 32))
    #expect(await storage.rows("usage_record").count == 1)
    try await harness.shutdown()
  }

  @Test func `a message that is too long by itself is an error, and nothing is stored`() async throws {
    let storage = FakeStorage()
    let harness = try await Self.harness(storage, SmallModel(window: 100, told: nil))
    let body = await Self.conversation(storage)
    let error = await #expect(throws: RPCError.self) { _ = try await harness.call("chat.send", body) }
    #expect(error?.data["status"] == 502 && error?.message.hasSuffix("tokens are more than 100") == true)
    #expect(await storage.rows("message").count == 30)
    try await harness.shutdown()
  }

  @Test func `what was recorded with one window plays back where nobody knows of any`() async throws {
    let house = try await RouterHouse(limit: 0) { params, provider throws(RPCError) in
      if provider == "llm-down" { throw RPCError(.unavailable, "the network is off") }
      return RouterHouse.reply("\(params["messages"].array?.count ?? 0) messages.\n```json\n{\"requirements\":[]}\n```")
    }
    func tell(_ config: JSONObject, models: JSON? = nil) async throws -> [JSON] {
      let chat = try await house.chat(config, models: models)
      let body: JSON = [
        "path": ["id": try await house.conversation()], "body": ["content": .string(String(repeating: "word ", count: 400))],
      ]
      var said: [JSON] = []
      for _ in 0..<4 {
        said.append(try await chat.call("chat.send", body, tenant: RouterHouse.tenant)["body"]["assistant_message"]["content"])
      }
      try await chat.shutdown()
      return said
    }
    let models: JSON = ["models": [["id": "small", "context": 3000]], "default": "small"]
    let recorded = try await tell(["mode": "record", "aliases": ["default": "llm-small/default"]], models: models)
    #expect(recorded == ["2 messages.", "4 messages.", "5 messages.", "5 messages."])
    #expect(try await tell(["mode": "replay", "aliases": ["default": "llm-down/x"]]) == recorded)
    try await house.close()
  }
}
