import JSONRPC
import PluginKit

/// One client's event stream: frames go in from anywhere, one writer sends them, and a heart-beat finds out when the client has gone.
struct EventSink: Sendable {
  private let frames: AsyncStream<[UInt8]>
  private let continuation: AsyncStream<[UInt8]>.Continuation

  private static let frameLimit = 10_000
  private static let heartbeat: Duration = .seconds(5)

  init() { (frames, continuation) = AsyncStream.makeStream(of: [UInt8].self, bufferingPolicy: .bufferingOldest(Self.frameLimit)) }

  /// - Throws: `overloaded` when the client is too far behind.
  func send(_ event: StreamedAnswer.Event) throws(RPCError) {
    try put(Array("event: \(event.name)\ndata: ".utf8) + event.data.bytes + Array("\n\n".utf8))
  }

  private func comment(_ text: String) throws(RPCError) { try put(Array(": \(text)\n\n".utf8)) }

  private func put(_ bytes: [UInt8]) throws(RPCError) {
    if case .dropped = continuation.yield(bytes) { throw RPCError(.overloaded, "the client does not read its stream") }
  }

  /// Runs `body` beside the writer; when the client is gone the body is cancelled.
  ///
  /// - Returns: what the body returns, once all its frames are on their way.
  func run(_ request: Request, _ body: @escaping @Sendable () async throws -> Void) async throws {
    try await withThrowingTaskGroup { group in
      group.addTask { for await frame in frames { try await request.send(frame) } }
      group.addTask {
        while true {
          try await Task.sleep(for: Self.heartbeat)
          try comment("")
        }
      }
      group.addTask {
        defer { continuation.finish() }
        try await body()
      }
      // The body and then the writer end; the heart never does. Whoever fails ends all.
      defer { group.cancelAll() }
      try await group.next()
      try await group.next()
    }
  }

  /// Tells the host what kind of answer this is, and the client that its message was taken.
  func open(_ request: Request) throws(RPCError) {
    request.progress([
      "status": 200,
      "headers": ["content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache", "x-accel-buffering": "no"],
    ])
    try comment("taken")
  }
}
