import Catalogue
import HTTPTypes
import Hummingbird
import JSONRPC
import PluginProtocol

/// The gateway's own routes: health, documentation, metrics, and what runs (contract http.md, section 18).
struct SystemRoutes: Sendable {
  /// The capability that never leaves the gateway.
  static let capability = "system"
  private static let metricsMethod = "system.metrics"
  /// Of the answers that are no JSON.
  static let contentTypes = ["system.front": "text/html", "system.docs": "text/html", metricsMethod: "text/plain"]

  static let description = PluginDescription(
    provides: [capability],
    routes: [
      .rpc("GET", "/", .public, "system.front", summary: "The front page"),
      .rpc("GET", "/api/health/", .public, "system.health", summary: "The host lives").described(answer: health),
      .rpc("GET", "/api/v1/health/", .public, "system.health", summary: "The host lives").described(answer: health),
      .rpc("GET", "/api/health/ready/", .public, "system.ready", summary: "Every required part answers")
        .described(
          answer: .object(["status": .string.choices("ready", "degraded", "unavailable"), "checks": .map(of: .string)]), statuses: [503]),
      .rpc("GET", "/api/schema/", .public, "system.schema", summary: "This interface as OpenAPI 3.1"),
      .rpc("GET", "/api/docs/", .public, "system.docs", summary: "This interface to read"),
      .rpc("GET", "/api/v1/system/plugins/", .operator, "system.plugins", summary: "The processes of the host"),
      .rpc("GET", "/metrics/", .public, metricsMethod, summary: "Numbers for Prometheus, from this machine only"),
    ])

  private static let health = JSONSchema.object(["status": .string.choices("healthy")])

  let report: SystemReport
  let version: String
  let requests: RequestMetrics

  /// `/metrics` is asked for without a slash, everywhere in the world.
  static func needsSlash(_ route: MountedRoute?) -> Bool {
    guard case .rpc(metricsMethod, _) = route?.target else { return true }
    return false
  }

  /// Health and metrics are asked for by machines that know the host by its address, and are never throttled.
  static func isProbe(_ route: MountedRoute) -> Bool {
    guard case .rpc(let method, _) = route.target, route.plugin == HTTPGateway.contributor else { return false }
    return method == "system.health" || method == "system.ready" || method == metricsMethod
  }

  func answer(_ visit: Visit, _ method: String) async throws(Refusal) -> Response {
    switch method {
    case "system.front": return .text(.ok, SystemRoutes.html, FrontPage.html(version))
    case "system.health": return .json(.ok, ["status": "healthy"])
    case "system.ready": return await ready()
    case "system.schema": return .json(.ok, OpenAPIDocument(visit.snapshot, version: version).json)
    case "system.docs": return .text(.ok, SystemRoutes.html, DocsPage(visit.snapshot, version: version).html)
    case "system.plugins": return .json(.ok, await report.plugins())
    case SystemRoutes.metricsMethod:
      guard SystemRoutes.isLocal(visit.exchange) else { throw .forbidden }
      return .text(.ok, "text/plain; version=0.0.4; charset=utf-8", await report.metrics() + requests.text)
    default: throw .notFound
    }
  }

  private static let html = "text/html; charset=utf-8"

  private func ready() async -> Response {
    let readiness = await report.readiness()
    let checks = JSON.object(JSONObject(readiness.checks.map { ($0.name, .string($0.state)) }))
    let isDegraded = readiness.checks.contains { $0.state != "ok" }
    let status: JSON = readiness.isReady ? (isDegraded ? "degraded" : "ready") : "unavailable"
    return .json(readiness.isReady ? .ok : .serviceUnavailable, ["status": status, "checks": checks])
  }

  /// A proxy on this machine forwards for others: what it passes on is not local.
  private static func isLocal(_ exchange: Exchange) -> Bool {
    (exchange.address == "127.0.0.1" || exchange.address == "::1") && exchange.header(.forwardedFor) == nil
  }
}
