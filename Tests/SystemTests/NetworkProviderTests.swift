import Foundation
import JSONRPC
import TestSupport
import Testing

extension SystemTests {
  /// The providers of the network in their sandboxes, under the real host.
  @Suite struct NetworkProviderTests {
    @Test func `sandboxed providers reach a server through the real host, and their keys stay out of sight`() async throws {
      try await LLMock.with { mock in
        let folder = try PluginFolder()
        defer { folder.remove() }
        try folder.enable("31-llm-openai.toml", ["base_url = \"\(mock.url)/v1\""])
        try folder.enable("32-llm-anthropic.toml", ["base_url = \"\(mock.url)/anthropic\""])
        let keys = ["OPENAI_API_KEY": "sk-openai-0123456789", "ANTHROPIC_API_KEY": "sk-ant-0123456789"]
        try await House.with(plugins: folder, environment: keys) { house in
          for plugin in ["llm-openai", "llm-anthropic"] {
            let status = try await house.host.plugin(plugin)
            #expect(status["sandbox"]["layers"].array?.isEmpty == false)
            try await mock.queue(["type": "reply", "text": .string("Through \(plugin)")])
            let params: JSON = ["model": "default", "messages": [["role": "user", "content": .string("Hello, \(plugin)")]]]
            let answer = try await house.host.command("plugin", "call", plugin, "llm.complete", "--params", params.text)
            #expect(try JSON(parsing: answer)["text"].string == "Through \(plugin)")
          }
          #expect(try await mock.findings() == [])
          #expect(keys.values.allSatisfy { !house.host.logText.contains($0) })
        }
      }
    }
  }
}

extension PluginFolder {
  /// Switches a plugin on.
  ///
  /// - Parameter lines: for its `[config]`.
  func enable(_ name: String, _ lines: [String]) throws {
    try edit(name) { text in
      text.replacing("enabled = false", with: "enabled = true").replacing("[config]", with: (["[config]"] + lines).joined(separator: "\n"))
    }
  }
}
