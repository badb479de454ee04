import JSONRPC
import PluginKit
import PluginProtocol

/// The plugin of the examples in docs/PROTOCOL.md, section 12.
struct DocumentedEcho: Plugin {
  static let name = "hivecore-echo"
  static let version = "1.0.0"
  static let contributions = PluginDescription(provides: ["echo"])

  init(start: PluginStart) {}

  var methods: [Method] {
    [
      .inline("echo.say") { request in request.paramsBytes },
      .raw("echo.ask") { request in try await request.host.callRaw("storage.read", params: request.paramsBytes) },
      Method("echo.upper") { request in
        var count = 0
        for try await piece in request.body {
          count += piece.count
          try await request.send(Array(String(decoding: piece, as: UTF8.self).uppercased().utf8))
        }
        return ["bytes": .int(count)]
      },
      Method("echo.hold") { _ in
        for await _ in AsyncStream<Never>.makeStream().stream {}
        throw CancellationError()
      },
    ]
  }
}
