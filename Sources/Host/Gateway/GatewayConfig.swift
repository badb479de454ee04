/// Settings of the HTTP gateway.
package struct GatewayConfig: Sendable {
  package var host = "127.0.0.1"
  /// 0 = any free port.
  package var port = 8000
  /// A socket that listens already, instead of host and port; ours to close.
  package var listener: CInt?
  package var bodyByteLimit = 10 << 20
  /// Of routes with the permission `ingest`.
  package var ingestBodyByteLimit = 20 << 20
  /// Of one uploaded file, whatever its route allows.
  package var uploadByteLimit: Int64 = 1 << 30
  /// Uploads, and as many downloads, on their way at once: of all and of one tenant.
  package var transferLimit = 32
  package var tenantTransferLimit = 8
  /// Where uploads wait, in files without a name, until they are complete.
  package var spoolDirectory = "/tmp"
  /// How long a request may take to send its body.
  package var bodyTimeout: Duration = .seconds(60)
  /// How long a call may take whose method says nothing about it.
  package var callTimeout: Duration = .seconds(30)
  package var connectionLimit = 10_000
  /// How long a connection may do nothing: before a request, within its head or body, or while it does not take what we send.
  package var idleTimeout: Duration = .seconds(75)
  /// Origins that get CORS headers; empty = none, or all when ``isDevelopment``.
  package var corsOrigins: [String] = []
  package var isDevelopment = false
  /// Addresses whose `X-Forwarded-*` headers are believed.
  package var trustedProxies: [String] = []
  /// What one address, and what one tenant, may ask for; nil = no limit.
  package var addressRate: RateLimit?
  package var tenantRate: RateLimit?
  /// The names this gateway answers to; empty = any. `.example.org` = the domain and all below it.
  package var allowedHosts: [String] = []
  /// With it, `<slug>.<domain>` is open to the tenant with that slug only; empty = off.
  package var tenantBaseDomain = ""
  /// With it the gateway speaks TLS, and nothing else; nil = plain HTTP.
  package var certificate: ServerCertificate?

  package init() {}
}
