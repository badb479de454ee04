import Foundation
import JSONRPC
import NIOCore
import TestSupport
import Testing

extension SystemTests {
  /// A real model end to end, when HIVECORE_LOCAL_LLM names its server (docs/LLM.md, section 12). It talks nonsense: only shapes are looked at.
  @Suite(.enabled(if: ProcessInfo.processInfo.environment["HIVECORE_LOCAL_LLM"] != nil)) struct LocalModelTests {
    static let url = ProcessInfo.processInfo.environment["HIVECORE_LOCAL_LLM"]

    @Test func `a real model chats, streams and keeps to a JSON Schema`() async throws {
      let url = try #require(Self.url)
      let folder = try PluginFolder()
      defer { folder.remove() }
      try folder.enable("31-llm-openai.toml", ["preset = \"llamacpp\"", "base_url = \"\(url)/v1\"", "first_byte_seconds = 600"])
      try folder.edit("31-llm-openai.toml") { text in
        text.split(separator: "\n", omittingEmptySubsequences: false).filter { !$0.hasPrefix("api_key") }.joined(separator: "\n")
      }
      try folder.edit("40-chat.toml") { text in
        text.replacing("default = [\"llm-offline/offline-1\"]", with: "default = [\"llm-openai/default\"]")
      }
      try await House.with(plugins: folder) { house in
        print("hivecore llm test:\n" + (try await house.host.command("llm", "test", "--alias", "chat")))
        let project = try await house.api.post("/api/v1/projects/", ["name": "Bakery"])
        let conversation = try await house.api.post("/api/v1/conversations/", ["project": project["id"]])
        let path = "/api/v1/conversations/\(conversation["id"].text)/"
        let chat = try await house.api.send(.post, path + "chat/", ["content": "I want a page with opening hours."], timeout: .minutes(20))
        print("chat: \(chat.status) \(chat.json["assistant_message"]["content"].text.prefix(300))")
        #expect(chat.status == 201 && chat.json["assistant_message"]["content"].string?.isEmpty == false)
        let schema: JSON = [
          "type": "object", "properties": ["city": ["type": "string", "maxLength": 20], "large": ["type": "boolean"]],
          "required": ["city", "large"],
        ]
        let params: JSON = [
          "alias": "qa", "messages": [["role": "user", "content": "Name a city."]], "max_tokens": 60,
          "response_format": ["type": "json_schema", "name": "city", "schema": schema],
        ]
        let reply = try JSON(
          parsing: try await house.host.command(
            "plugin", "call", "chat", "models.complete", "--params", params.text, "--tenant", house.tenant))
        print("json: \(reply.text)")
        let place = try JSON(parsing: reply["text"].string ?? "")
        #expect(place["city"].string != nil && place["large"].bool != nil)
        #expect((reply["usage"]["output_tokens"].int ?? 0) > 0)
        // The same conversation: what its window does not hold of the answers before is left out.
        let events = try await house.api.stream(path + "chat-stream/", ["content": "Say hello."])
        print("stream: \(events.map(\.name).joined(separator: " ").prefix(200)) … \(events.last?.data.text.prefix(300) ?? "")")
        #expect(events.last?.name == "done" && events.filter { $0.name == "token" }.count > 1)
      }
    }
  }
}
