import Foundation
import JSONRPC
import TestSupport
import Testing

extension SystemTests {
  /// Chat over HTTP with a model of the network that breaks, is killed, or is somebody else's program.
  @Suite struct NetworkChatTests {
    private static let key = ["OPENAI_API_KEY": "sk-openai-0123456789"]

    private static func with(_ arguments: [String] = [], _ body: (LLMock, House, String) async throws -> Void) async throws {
      try await LLMock.with(arguments) { mock in
        let folder = try PluginFolder()
        defer { folder.remove() }
        try folder.enable("31-llm-openai.toml", ["base_url = \"\(mock.url)/v1\"", "idle_seconds = 2"])
        try folder.edit("40-chat.toml") {
          $0.replacing("[config.aliases]", with: "[config.aliases]\nchat = [\"llm-openai/default\"]")
        }
        try await House.with(plugins: folder, environment: key) { house in
          let project = try await house.api.post("/api/v1/projects/", ["name": "Bakery"])
          let conversation = try await house.api.post("/api/v1/conversations/", ["project": project["id"]])
          try await body(mock, house, "/api/v1/conversations/\(conversation["id"].text)/")
        }
      }
    }

    private static func answer(_ prose: String) -> JSON {
      [
        "type": "reply",
        "text": .string("\(prose)\n\n```json\n{\"requirements\":[{\"content\":\"A menu\",\"delivery_standards\":[\"five items\"]}]}\n```"),
      ]
    }

    private static func messages(_ house: House, _ path: String) async throws -> [JSON] {
      try await house.api.get(path)["messages"].array ?? []
    }

    @Test func `a stream breaks in the middle: an error event, the conversation as before, and the next message works`() async throws {
      try await Self.with { mock, house, path in
        try await mock.queue(
          Self.answer("One two three four five six seven eight nine ten eleven twelve"),
          ["type": "stream_fault", "kind": "disconnect", "after_chunks": 8])
        let broken = try await house.api.stream(path + "chat-stream/", ["content": "A page for a bakery"])
        #expect(broken.last?.name == "error" && broken.last?.data["code"] == "llm_error")
        #expect(broken.first?.name == "token")
        #expect(try await Self.messages(house, path).isEmpty)
        try await mock.queue(Self.answer("Noted."))
        let whole = try await house.api.stream(path + "chat-stream/", ["content": "A page for a bakery"])
        #expect(whole.filter { $0.name == "token" }.compactMap { $0.data["content"].string }.joined() == "Noted.")
        #expect(whole.contains { $0.name == "requirement_start" } && whole.last?.name == "done")
        #expect(try await Self.messages(house, path).count == 2)
        #expect(try await mock.findings() == [])
      }
    }

    @Test func `the provider is killed in the middle of a stream`() async throws {
      try await Self.with(["--stream-chunk-delay-ms", "150"]) { mock, house, path in
        try await mock.queue(Self.answer(String(repeating: "word ", count: 100)))
        let pid = try #require(try await house.host.plugin("llm-openai")["pid"].int)
        var isKilled = false
        let events = try await house.api.stream(path + "chat-stream/", ["content": "A page"]) { event in
          if event.name == "token", !isKilled {
            isKilled = true
            kill(pid_t(pid), SIGKILL)
          }
        }
        #expect(isKilled)
        #expect(events.last?.name == "error", "\(events.suffix(3))")
        #expect(try await Self.messages(house, path).isEmpty)
        try await mock.queue(Self.answer("Back."))
        let answer = try await eventually("the next message", within: .seconds(30)) {
          let answer = try await house.api.send(.post, path + "chat/", ["content": "A page"])
          return answer.status == 201 ? answer.json : nil
        }
        #expect(answer["assistant_message"]["content"] == "Back.")
        #expect(try await Self.messages(house, path).count == 2)
      }
    }

    @Test func `one alias makes the Python plugin answer chats`() async throws {
      let folder = try PluginFolder()
      defer { folder.remove() }
      let example = HostProcess.sources.appending(path: "Examples/llm-plugin-python")
      let manifest = try String(contentsOf: example.appending(path: "35-llm-echo.toml"), encoding: .utf8)
      try folder.write("35-llm-echo.toml", manifest.replacing("/path/to/llm_echo.py", with: example.appending(path: "llm_echo.py").path))
      try folder.edit("40-chat.toml") { $0.replacing("[config.aliases]", with: "[config.aliases]\nchat = \"llm-echo/echo-1\"") }
      try await House.with(plugins: folder) { house in
        let project = try await house.api.post("/api/v1/projects/", ["name": "Bakery"])
        let conversation = try await house.api.post("/api/v1/conversations/", ["project": project["id"]])
        let path = "/api/v1/conversations/\(conversation["id"].text)/"
        let answer = try await house.api.post(path + "chat/", ["content": "A page with a menu"])
        #expect(answer["assistant_message"]["content"].string?.hasPrefix("You said: A page with a menu") == true, "\(answer.text)")
        let events = try await house.api.stream(path + "chat-stream/", ["content": "And a map"])
        #expect(events.last?.name == "done")
        #expect(events.first { $0.name == "token" }?.data["content"].string?.hasPrefix("You said: And a map") == true)
      }
    }
  }
}

extension API {
  /// The events of a route that answers a POST with a stream.
  func stream(_ path: String, _ body: JSON, seen: (Event) async throws -> Void = { _ in }) async throws -> [Event] {
    var events: [Event] = []
    try await self.events(path, body: body) { event in
      events.append(event)
      try await seen(event)
      return true
    }
    return events
  }
}
