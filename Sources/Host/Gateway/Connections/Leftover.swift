import HTTPTypes
import Hummingbird
import NIOCore
import UnixTransport

/// What becomes of a body that nobody read: a short one is read past, so that the connection lives on; a long or slow one ends it.
enum Leftover {
  static let byteLimit = 64 << 10
  private static let patience = Duration.seconds(1)
  /// The client gets this long to read the answer before the connection is closed under what it still sends.
  private static let linger = TimeAmount.seconds(1)

  static func settle(_ exchange: Exchange, _ response: inout Response, _ channel: any Channel) async {
    let length = exchange.header(.contentLength).flatMap { Int($0) }
    if exchange.bodyState == .untouched, (length ?? 0) <= byteLimit {
      let drained = try? await channel.eventLoop.limiting(patience) {
        var count = 0
        for try await buffer in exchange.body {
          count += buffer.readableBytes
          guard count <= byteLimit else { return false }
        }
        return true
      }
      if drained == true { return }
    }
    response.headers[.connection] = "close"
    channel.eventLoop.scheduleTask(in: linger) { channel.close(promise: nil) }
  }
}
