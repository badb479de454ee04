import Catalogue
import HTTPTypes
import HummingbirdCore

/// What the log says of one request, by name in alphabetical order.
package struct AccessRecord: Sendable {
  /// The fault was ours: status 500 and above.
  package let isFault: Bool
  package let fields: [(name: String, value: String)]
}

/// One line a request. Secrets in addresses are not written.
struct AccessLog: Sendable {
  private static let secrets: Set<String> = ["token", "api_key", "key", "password", "secret", "access", "refresh"]

  let write: @Sendable (AccessRecord) -> Void

  func write(_ exchange: Exchange, _ status: HTTPResponse.Status, _ duration: Duration) {
    let fields = [
      ("address", exchange.address), ("method", exchange.request.method.rawValue), ("ms", String(AccessLog.milliseconds(duration))),
      ("path", exchange.path), ("query", AccessLog.redacted(exchange.query)), ("request_id", exchange.requestID),
      ("status", String(status.code)), ("trace", exchange.traceparent),
    ]
    write(AccessRecord(isFault: status.code >= 500, fields: fields))
  }

  static func redacted(_ query: QueryItems) -> String {
    query.items.map { "\($0.name)=\(secrets.contains($0.name.lowercased()) ? "REDACTED" : PercentCoding.encode($0.value))" }
      .joined(separator: "&")
  }

  private static func milliseconds(_ duration: Duration) -> Int64 {
    duration.components.seconds * 1000 + duration.components.attoseconds / 1_000_000_000_000_000
  }
}
