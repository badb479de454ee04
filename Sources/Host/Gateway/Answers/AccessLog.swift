import Catalogue
import HTTPTypes
import HummingbirdCore
import Logging

/// One line a request. Secrets in addresses are not written.
struct AccessLog: Sendable {
  private static let secrets: Set<String> = ["token", "api_key", "key", "password", "secret", "access", "refresh"]

  let logger: Logger

  func write(_ exchange: Exchange, _ status: HTTPResponse.Status, _ duration: Duration) {
    let level: Logger.Level = status.code >= 500 ? .warning : .info
    logger.log(
      level: level, "request",
      metadata: [
        "method": "\(exchange.request.method.rawValue)", "path": "\(exchange.path)", "query": "\(AccessLog.redacted(exchange.query))",
        "status": "\(status.code)", "ms": "\(AccessLog.milliseconds(duration))", "request_id": "\(exchange.requestID)",
        "address": "\(exchange.address)", "trace": "\(exchange.traceparent)",
      ])
  }

  static func redacted(_ query: QueryItems) -> String {
    query.items.map { "\($0.name)=\(secrets.contains($0.name.lowercased()) ? "REDACTED" : PercentCoding.encode($0.value))" }
      .joined(separator: "&")
  }

  private static func milliseconds(_ duration: Duration) -> Int64 {
    duration.components.seconds * 1000 + duration.components.attoseconds / 1_000_000_000_000_000
  }
}
