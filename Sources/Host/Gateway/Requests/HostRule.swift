import Catalogue
import HTTPTypes
import JSONRPC

/// Which names the gateway answers to. A host name grants nothing; it may only restrict (contract http.md, section 2.2).
struct HostRule: Sendable {
  private let allowed: [String]
  private let baseDomain: String

  init(_ config: GatewayConfig) {
    allowed = config.allowedHosts.map { $0.lowercased() }
    baseDomain = config.tenantBaseDomain.lowercased()
  }

  /// - Throws: 400 for a name that is not ours.
  func check(_ exchange: Exchange) throws(Refusal) {
    guard !allowed.isEmpty, !allowed.contains("*") else { return }
    let name = HostRule.name(exchange)
    for entry in allowed where name == entry || (entry.hasPrefix(".") && (name.hasSuffix(entry) || name == entry.dropFirst())) { return }
    throw Refusal(.badRequest, ["detail": "Invalid Host header.", "code": "invalid_host"])
  }

  /// - Throws: 403 at the door of another tenant.
  func check(_ exchange: Exchange, tenant slug: String) throws(Refusal) {
    guard !baseDomain.isEmpty else { return }
    let name = HostRule.name(exchange)
    guard name.hasSuffix("." + baseDomain) else { return }
    guard name.dropLast(baseDomain.count + 1) == slug.lowercased() else { throw .forbidden }
  }

  /// The host the client used, without port, in lower case.
  private static func name(_ exchange: Exchange) -> String {
    let host = exchange.baseURL.drop { $0 != ":" }.dropFirst(3)
    guard host.hasPrefix("[") else { return host.prefix { $0 != ":" }.lowercased() }
    return host.prefix { $0 != "]" }.dropFirst().lowercased()
  }
}
