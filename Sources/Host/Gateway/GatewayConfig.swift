/// Settings of the HTTP gateway.
package struct GatewayConfig: Sendable {
  package var host = "127.0.0.1"
  /// 0 = any free port.
  package var port = 8000
  package var bodyByteLimit = 10 << 20
  /// Of routes with the permission `ingest`.
  package var ingestBodyByteLimit = 20 << 20
  /// How long a request may take to send its body.
  package var bodyTimeout: Duration = .seconds(60)
  /// How long a call may take whose method says nothing about it.
  package var callTimeout: Duration = .seconds(30)
  package var connectionLimit = 10_000
  /// Origins that get CORS headers; empty = none, or all when ``isDevelopment``.
  package var corsOrigins: [String] = []
  package var isDevelopment = false
  /// Addresses whose `X-Forwarded-*` headers are believed.
  package var trustedProxies: [String] = []

  package init() {}
}
