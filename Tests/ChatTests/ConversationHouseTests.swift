import Foundation
import JSONRPC
import PluginKit
import PluginProtocol
import TestSupport
import Testing

@testable import Chat
@testable import Execution
@testable import Ingest
@testable import LLMOffline
@testable import Projects
@testable import StorageSQLite

/// Chat between the real storage and the real offline model, each behind its own socket; only the router is played.
@Suite(.timeLimit(.minutes(2))) struct ConversationHouseTests {
  private static let tenant = "11111111-1111-4111-8111-111111111111"

  private struct House {
    let folder: URL
    let storage: PluginHarness<StorageSQLitePlugin>
    let model: PluginHarness<LLMOfflinePlugin>
    let chat: PluginHarness<ChatPlugin>

    init(scenario: JSON? = nil) async throws {
      folder = FileManager.default.temporaryDirectory.appending(path: "chat-\(UUID().uuidString)")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      var config: JSONObject = [:]
      if let scenario {
        let file = folder.appending(path: "scenario.json")
        try scenario.text.write(to: file, atomically: true, encoding: .utf8)
        config["scenario"] = .string(file.path)
      }
      let storage = try await PluginHarness(StorageSQLitePlugin.self, paths: ["state": folder.path])
      let model = try await PluginHarness(LLMOfflinePlugin.self, config: config)
      let contributions = [
        ChatPlugin.contributions, ProjectsPlugin.contributions, IngestPlugin.contributions, ExecutionMain.contributions,
      ]
      let collections = contributions.flatMap(\.collections).map(\.json)
      _ = try await storage.call("storage.migrate", ["collections": .array(collections)], system: true)
      chat = try await PluginHarness(ChatPlugin.self) { method, params, _ throws(RPCError) in
        guard method != "llm.complete@llm-offline" else { return try await model.call("llm.complete", params) }
        return try await storage.call(method, params, tenant: ConversationHouseTests.tenant, operationID: UUID().uuidString)
      }
      self.storage = storage
      self.model = model
    }

    func transact(_ steps: [StorageStep]) async throws -> [JSON] {
      let params: JSON = ["steps": .array(steps.map(\.json))]
      return try await storage.call("storage.transact", params, tenant: ConversationHouseTests.tenant, operationID: UUID().uuidString)[
        "results"
      ].array ?? []
    }

    func rows(_ collection: String, filter: [Condition] = []) async throws -> [JSON] {
      let read = StorageRead.select(.init(collection, filter: filter, limit: 1000))
      return try await storage.call("storage.read", read.json, tenant: ConversationHouseTests.tenant)["rows"].array ?? []
    }

    /// A project with a conversation, and its round.
    func begin() async throws -> (conversation: JSON, round: JSON) {
      let results = try await transact([
        .insert(.init("project", ["name": "Bakery"], as: "project")),
        .insert(.init("conversation", ["project": StorageValue.ref("project")])),
        .insert(.init("execution_round", ["project": StorageValue.ref("project")])),
      ])
      return (results[1]["ids"][0], results[2]["ids"][0])
    }

    func say(_ text: String, to conversation: JSON) async throws -> JSON {
      try await chat.call("chat.send", ["path": ["id": conversation], "body": ["content": .string(text)]], tenant: tenant)["body"]
    }

    func close() async throws {
      try await chat.shutdown()
      try await model.shutdown()
      try await storage.shutdown()
      try FileManager.default.removeItem(at: folder)
    }
  }

  @Test func `a wish becomes stored requirements, and a second one refines them`() async throws {
    let house = try await House()
    let (conversation, _) = try await house.begin()
    let first = try await house.say("A landing page for a bakery with opening hours, a menu and a contact form", to: conversation)
    let created = first["requirements_created"].array ?? []
    #expect(created.map { $0["content"] } == ["A landing page for a bakery", "Opening hours", "Menu", "Contact form"])
    #expect(created.allSatisfy { $0["conversation"] == conversation && $0["created_at"].string != nil })
    #expect(created[1]["delivery_standards"].array?.map { $0["order"] } == [0, 1, 2])
    #expect(first["assistant_message"]["content"].string?.contains("offline model") == true)
    #expect(first["user_message"]["attachments"] == [])
    let second = try await house.say("The menu lists vegan cakes. Also add a gallery.", to: conversation)
    #expect(second["requirements_updated"].array?.map { $0["id"] } == [created[2]["id"]])
    #expect(second["requirements_updated"][0]["delivery_standards"].array?.count == 4)
    #expect(second["requirements_created"].array?.map { $0["content"] } == ["Gallery"])
    #expect(try await house.rows("message").count == 4)
    #expect(try await house.rows("usage_record").count == 2)
    #expect(try await house.rows("conversation")[0]["first_user_message"].string?.hasPrefix("A landing page") == true)
    let events =
      try await house.storage.call("storage.events", ["round": .null, "after": 0, "limit": 100], tenant: Self.tenant)["events"].array ?? []
    #expect(events.filter { $0["type"] == "conversation_updated" }.count == 2)
    try await house.close()
  }

  @Test func `attaches files and refuses those that are not there`() async throws {
    let house = try await House()
    let (conversation, _) = try await house.begin()
    let project = try await house.rows("project")[0]["id"]
    let file = try await house.transact([.insert(.init("file", ["project": project, "name": "plan.md", "file_type": "document"]))])[0][
      "ids"][0]
    let params: JSON = ["path": ["id": conversation], "body": ["content": "A page with a map", "file_ids": [file]]]
    let body = try await house.chat.call("chat.send", params, tenant: Self.tenant)["body"]
    #expect(body["user_message"]["attachments"][0]["filename"] == "plan.md")
    #expect(body["user_message"]["attachments"][0]["file"] == file)
    #expect(body["requirements_created"].array?.map { $0["content"] } == ["Page", "Map"])
    let wrong: JSON = ["path": ["id": conversation], "body": ["content": "x", "file_ids": [999]]]
    let error = await #expect(throws: RPCError.self) { try await house.chat.call("chat.send", wrong, tenant: Self.tenant) }
    #expect(error?.data["body"] == ["file_ids": ["Invalid pk \"999\" - object does not exist."]])
    try await house.close()
  }

  @Test func `extracting replaces the stored requirements`() async throws {
    let house = try await House()
    let (conversation, _) = try await house.begin()
    _ = try await house.say("A landing page for a bakery with a menu", to: conversation)
    let params: JSON = ["path": ["id": conversation], "body": [:]]
    let body = try await house.chat.call("chat.extract", params, tenant: Self.tenant)["body"].array ?? []
    #expect(body.map { $0["content"] } == ["A landing page for a bakery", "Menu"])
    #expect(try await house.rows("requirement").count == 2)
    #expect(try await house.rows("delivery_standard").count == 6)
    try await house.close()
  }

  @Test func `a journalled call counts once in the round, whatever happens in between`() async throws {
    let house = try await House(scenario: ["rules": [["match": ["purpose": "qa", "nth": 1], "reply": ["error": ["code": "llm_auth"]]]]])
    let (_, round) = try await house.begin()
    let project = try await house.rows("project")[0]["id"]
    let params: JSON = [
      "alias": "qa", "purpose": "qa", "messages": [["role": "user", "content": "judge"]], "agent": ["id": "", "name": ""],
      "project": project, "round": round,
      "journal": ["round": round, "step": "REQ-001/qa", "attempt": 1, "call": 1],
    ]
    await #expect(throws: RPCError.self) { try await house.chat.call("models.complete", params, tenant: Self.tenant) }
    let first = try await house.chat.call("models.complete", params, tenant: Self.tenant)
    let again = try await house.chat.call("models.complete", params, tenant: Self.tenant)
    #expect(again["replayed"] == true)
    #expect(again["text"] == first["text"])
    #expect(again["cost_usd"].double == 0)
    let row = try await house.rows("execution_round")[0]
    let tokens = (first["usage"]["input_tokens"].int ?? 0) + (first["usage"]["output_tokens"].int ?? 0)
    #expect(row["total_tokens"].int == tokens)
    #expect(row["total_llm_calls"].int == 1)
    #expect(row["total_cost_usd"] == "0.000000")
    #expect(try await house.rows("usage_record").count == 1)
    let events =
      try await house.storage.call("storage.events", ["round": round, "after": 0, "limit": 100], tenant: Self.tenant)["events"].array ?? []
    #expect(events.map { $0["type"] } == ["usage_recorded"])
    try await house.close()
  }
}
