import JSONRPC
import PluginKit
import PluginProtocol
import TestSupport
import Testing

private struct Echo: Plugin {
  static let name = "hivecore-echo"
  static let version = "1.0.0"
  static let contributions = PluginDescription(provides: ["echo"], methods: [MethodSpec("echo.say", "Says it again.")])

  let start: PluginStart

  init(start: PluginStart) { self.start = start }

  var methods: [Method] {
    [
      Method("echo.say") { request in try request.params },
      Method("echo.config") { [start] _ in .object(start.config) },
      .raw("echo.raw") { request in request.paramsBytes },
    ]
  }
}

@Suite(.timeLimit(.minutes(1))) struct PluginLifeTests {
  @Test func `serves from initialize to shutdown`() async throws {
    let harness = try await PluginHarness(Echo.self, config: ["loud": true])
    #expect(try await harness.call("echo.say", ["text": "hello"]) == ["text": "hello"])
    #expect(try await harness.call("echo.raw", ["a": [1.50]]).text == #"{"a":[1.5]}"#)
    #expect(try await harness.call("echo.config", [:]) == ["loud": true])
    #expect(try await harness.call("$/describe", [:]) == Echo.contributions.json)
    #expect(try await harness.shutdown() == .shutdown)
  }
}
