import HTTPTypes

/// Which origins may read answers (contract http.md, section 1).
struct CORSPolicy: Sendable {
  private let origins: Set<String>
  private let allowsAll: Bool

  private static let methods = "DELETE, GET, OPTIONS, PATCH, POST, PUT"
  private static let requestHeaders =
    "accept, authorization, content-type, user-agent, x-csrftoken, x-requested-with, x-api-key, x-execution-round, x-project-id, "
    + "idempotency-key, last-event-id"

  init(_ config: GatewayConfig) {
    origins = Set(config.corsOrigins)
    allowsAll = config.corsOrigins.isEmpty && config.isDevelopment
  }

  /// The headers for a request's origin; none when it is not allowed.
  func headers(_ request: HTTPRequest) -> HTTPFields {
    guard let origin = request.headerFields[.origin], allowsAll || origins.contains(origin) else { return [:] }
    var fields: HTTPFields = [
      .accessControlAllowOrigin: origin, .accessControlAllowCredentials: "true", .vary: "origin",
      .accessControlExposeHeaders: "x-request-id, retry-after",
    ]
    if request.method == .options, request.headerFields[.accessControlRequestMethod] != nil {
      fields[.accessControlAllowMethods] = CORSPolicy.methods
      fields[.accessControlAllowHeaders] = CORSPolicy.requestHeaders
      fields[.accessControlMaxAge] = "86400"
    }
    return fields
  }
}
