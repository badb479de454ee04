import JSONRPC
import PluginKit
import PluginProtocol

/// A plugin that does what a test asks of it.
struct Probe: Plugin {
  static let name = "hivecore-probe"
  static let version = "1.0.0"
  static let contributions = PluginDescription(provides: ["probe"])

  struct Secret: Error {}

  let start: PluginStart

  init(start: PluginStart) throws {
    if let refusal = start.config["refuse"]?.string { throw PluginExit.configuration(refusal) }
    self.start = start
  }

  func ready() async throws {
    if let refusal = start.config["refuse_ready"]?.string { throw PluginExit.configuration(refusal) }
  }

  func run() async throws {
    if start.config["run_fails"] == true { throw Secret() }
    start.host.notify("probe.running", [:])
    for await _ in AsyncStream<Never>.makeStream().stream {}
    start.host.notify("probe.stopped", ["cancelled": .bool(Task.isCancelled)])
  }

  func drain() async { start.host.notify("probe.drained", [:]) }

  var methods: [Method] { plain + streaming }

  private var plain: [Method] {
    [
      Method("probe.start") { [start] _ in
        [
          "config": .object(start.config), "secrets": .int(start.secrets.count), "state": JSON(start.paths["state"]),
          "incarnation": .int(start.incarnation),
        ]
      },
      Method("probe.transact") { request in
        for _ in 0..<2 { try await Storage(request.host).transact([.cancel(job: "j")]) }
        return [:]
      },
      Method("probe.meta") { request in
        let meta = request.meta
        return [
          "tenant": JSON(meta.tenant), "principal": JSON(meta.principal.map { "\($0.kind.rawValue) \($0.id) \($0.role)" }),
          "operation": JSON(meta.operationID), "request": JSON(meta.requestID), "trace": JSON(meta.traceparent),
          "system": .bool(meta.system),
          "deadline": .bool(meta.deadline.map { $0 > .now && $0 < .now + .seconds(60) } ?? false),
        ]
      },
      .inline("probe.inline") { request in
        if try request.params["fail"] == true { throw Secret() }
        return request.paramsBytes
      },
      .raw("probe.either", atOnce: { request in request.paramsBytes.count < 20 ? request.paramsBytes : nil }) { request in
        if try request.params["fail"] != .null { throw Secret() }
        return Array(#"{"later":true}"#.utf8)
      },
      Method("probe.application") { _ in throw RPCError.application("not_found", status: 404, "No Task matches the given query.") },
      Method("probe.secret") { _ in throw Secret() },
      Method("probe.big") { _ in .string(String(repeating: "x", count: 5_000_000)) },
      Method("probe.hold") { request in
        request.host.notify("probe.holding", [:])
        for await _ in AsyncStream<Never>.makeStream().stream {}
        throw CancellationError()
      },
      Method("probe.call") { request in try await request.host.call("other.ask", request.params, operationID: "op-1") },
      Method("probe.job") { request in try await request.host.with(cause: "job:7").call("other.ask", [:], deadline: .seconds(5)) },
      Method("probe.own") { [start] _ in try await start.host.call("other.ask", [:], system: true) },
    ]
  }

  private var streaming: [Method] {
    [
      Method("probe.upper") { request in
        var count = 0
        for try await piece in request.body {
          count += piece.count
          try await request.send(piece.map { (0x61...0x7A).contains($0) ? $0 - 32 : $0 })
        }
        request.progress(["count": .int(count)])
        return ["count": .int(count)]
      },
      Method("probe.upload") { request in
        let (stream, continuation) = AsyncThrowingStream.makeStream(of: [UInt8].self)
        for _ in 0..<15 { continuation.yield(Array(repeating: 7, count: 100_000)) }
        continuation.finish()
        return try await request.host.upload("other.put", ["key": "a"], from: stream)
      },
      Method("probe.download") { request in
        var sum = 0
        let result = try await request.host.download("other.get", ["key": "a"]) { piece in sum += piece.reduce(0) { $0 + Int($1) } }
        return ["sum": .int(sum), "result": result]
      },
    ]
  }
}
