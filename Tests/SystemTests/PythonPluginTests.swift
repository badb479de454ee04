import Foundation
import JSONRPC
import TestSupport
import Testing

extension SystemTests {
  /// The example of a plugin in another language, served as its README says.
  @Suite struct PythonPluginTests {
    @Test func `the example in Python is served beside ours and can take over the model's work`() async throws {
      let folder = try PluginFolder()
      defer { folder.remove() }
      let example = HostProcess.sources.appending(path: "Examples/llm-plugin-python")
      let manifest = try String(contentsOf: example.appending(path: "35-llm-echo.toml"), encoding: .utf8)
      try folder.edit("40-chat.toml") { $0.replacing("[config.aliases]", with: "[config.aliases]\nparrot = \"llm-echo/echo-1\"") }
      try folder.write("35-llm-echo.toml", manifest.replacing("/path/to/llm_echo.py", with: example.appending(path: "llm_echo.py").path))
      try await House.with(plugins: folder) { house in
        let answer = try await house.host.command(
          "plugin", "call", "llm-echo", "llm.complete", "--params", #"{"messages":[{"role":"user","content":"hello"}]}"#)
        #expect(try JSON(parsing: answer)["text"] == "You said: hello")
        let status = try await house.host.plugin("llm-echo")
        #expect(status["state"] == "ready" && status["sandbox"]["layers"].array?.isEmpty == false)
        let routed: JSON = ["alias": "parrot", "messages": [["role": "user", "content": "through the router"]], "purpose": "chat"]
        let reply = try await house.host.command(
          "plugin", "call", "chat", "models.complete", "--params", routed.text, "--tenant", house.tenant)
        #expect(try JSON(parsing: reply)["text"] == "You said: through the router")
      }
    }

    /// A storage that knows nothing of ours but the protocol carries the main job.
    @Test func `the storage in Python carries quickstart to delivered files`() async throws {
      let folder = try PluginFolder()
      let data = try HostProcess.makeDirectory()
      defer {
        folder.remove()
        try? FileManager.default.removeItem(at: data)
      }
      let example = HostProcess.sources.appending(path: "Examples/storage-plugin-python")
      let manifest = try String(contentsOf: example.appending(path: "11-storage-python.toml"), encoding: .utf8)
      try FileManager.default.removeItem(atPath: folder.path("10-storage-sqlite.toml"))
      try folder.write("11-storage-python.toml", manifest.replacing("/path/to", with: example.path))
      let result = try await RunningProcess.run(
        program: HostProcess.products.appending(path: "hivecore"),
        arguments: ["quickstart", Round.bakery, "--data", data.path, "--plugins", folder.url.path])
      #expect(result.code == 0, "\(result.errors)\n\(result.output)")
      #expect(result.output.contains("storage-python"))
      let index = data.appending(path: "delivered/project-1/index.html")
      #expect(try Data(contentsOf: index).count > 100)
    }
  }
}
