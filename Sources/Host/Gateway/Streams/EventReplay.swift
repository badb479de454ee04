import Catalogue
import Events
import Hummingbird
import JSONRPC
import NIOCore
import NIOPosix
import PluginProtocol
import ServiceLifecycle
import UnixTransport

/// Tells a round's stored events again, with the pauses there were between them (contract http.md, section 13).
struct EventReplay: Sendable {
  /// What the `state` method asks for.
  struct Request: Sendable, Equatable {
    /// Numbers from here on.
    let first: Int64
    /// How many times as fast; 0 = without pauses.
    let speed: Double

    /// Nil when the answer asks for no replay.
    init?(_ json: JSON) {
      guard json.object != nil else { return nil }
      first = json["from"].int ?? 0
      speed = max(0, json["speed"].double ?? 1)
    }
  }

  static let longestPause = Duration.seconds(5)

  let visit: Visit
  let plugins: any PluginCaller
  let round: String
  let tenant: String
  let state: JSON
  let request: Request
  /// The number a returning client saw last.
  let lastSeen: Int64?
  let config: EventConfig

  @concurrent func run(_ writer: inout any ResponseBodyWriter) async throws {
    try await writer.write(ByteBuffer(bytes: EventFrame.retry + EventFrame("connected", state).bytes))
    let end = ContinuousClock.now + config.streamLife
    var count: Int64 = 0
    var last = max(request.first - 1, lastSeen ?? 0, 0)
    var before: String?
    while ContinuousClock.now < end {
      let events = try await logged(after: last)
      for event in events {
        if let before { try await rest(Self.pause(from: before, to: event.createdAt, speed: request.speed)) }
        guard ContinuousClock.now < end else { return try await writer.finish(nil) }
        try await writer.write(ByteBuffer(bytes: Self.frame(event).bytes))
        (before, last, count) = (event.createdAt, event.seq ?? last, count + 1)
      }
      guard events.isEmpty else { continue }
      try await writer.write(ByteBuffer(bytes: EventFrame("replay_finished", ["count": .int(count)]).bytes))
      break
    }
    try await writer.finish(nil)
  }

  private func logged(after: Int64) async throws -> [StoredEvent] {
    let params: JSON = ["round": .string(round), "after": .int(after), "limit": .int(config.catchUpLimit)]
    let reply: JSON = try await plugins.call("storage.events", params, visit.context(timeout: .seconds(10)))
    return (reply["events"].array ?? []).compactMap { StoredEvent($0, tenant: tenant) }.filter { ($0.seq ?? 0) > after }
  }

  /// A host that goes away ends the pause, and with it the stream.
  private func rest(_ pause: Duration) async throws {
    guard pause > .zero else { return }
    try await cancelWhenGracefulShutdown { try await MultiThreadedEventLoopGroup.singleton.any().sleep(for: pause) }
  }

  /// The pause between two times of events.
  static func pause(from before: String, to after: String, speed: Double) -> Duration {
    guard speed > 0, let start = WireDate.parse(before), let end = WireDate.parse(after), end > start else { return .zero }
    return min(longestPause, .microseconds(Double(end - start) / speed))
  }

  static func frame(_ event: StoredEvent) -> EventFrame {
    var data = (try? JSON(parsing: event.data))?.object ?? [:]
    data["replayed"] = true
    data["original_timestamp"] = .string(event.createdAt)
    return EventFrame(event.type, id: event.seq, data: JSON.object(data).bytes)
  }
}
