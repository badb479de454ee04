import JSONRPC
import PluginKit
import PluginProtocol

/// The smallest real plugin, for tests that need a process: answers what it is asked, and `echo.hold` when it is cancelled.
@main
struct EchoPlugin: Plugin {
  static let name = "hivecore-echo"
  static let version = "1.0.0"
  static let contributions = PluginDescription(
    provides: ["echo"],
    methods: [
      MethodSpec("echo.say", "Answers with its params.", idempotent: true),
      MethodSpec("echo.task", "Answers with its params, from a task.", idempotent: true),
      MethodSpec("echo.hold", "Answers when it is cancelled."),
      MethodSpec("echo.spin", "Never answers and never waits."),
    ])

  init(start: PluginStart) throws {
    if let refusal = start.config["refuse"]?.string { throw PluginExit.configuration(refusal) }
  }

  var methods: [Method] {
    [
      .inline("echo.say") { request in request.paramsBytes },
      .raw("echo.task") { request in request.paramsBytes },
      Method("echo.hold") { _ in
        for await _ in AsyncStream<Never>.makeStream().stream {}
        throw CancellationError()
      },
      Method("echo.spin") { _ in await Self.spin() },
    ]
  }

  @concurrent
  private static func spin() async -> JSON {
    var turns: UInt64 = 0
    while turns < .max { turns &+= 1 }
    return .int(turns)
  }
}
