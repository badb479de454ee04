import HTTPTypes
import JSONRPC
import Synchronization

/// Limits what one address and what one tenant may ask for (contract http.md, section 1). Off where no limit is given.
final class RequestThrottle: Sendable {
  // Not an optional mutex: one inside an optional is moved when it is reached, and a moved mutex does not lock.
  private let addresses: Mutex<TokenBuckets?>
  private let tenants: Mutex<TokenBuckets?>

  init(_ config: GatewayConfig) {
    addresses = Mutex(config.addressRate.map { TokenBuckets($0) })
    tenants = Mutex(config.tenantRate.map { TokenBuckets($0) })
  }

  /// - Throws: 429 with `Retry-After`.
  func admit(address: String) throws(Refusal) {
    if let wait = addresses.withLock({ $0?.take(Self.network(of: address), at: .now) }) { throw .throttled(wait) }
  }

  /// - Throws: 429 with `Retry-After`.
  func admit(tenant: String) throws(Refusal) {
    if let wait = tenants.withLock({ $0?.take(tenant, at: .now) }) { throw .throttled(wait) }
  }

  /// Whoever has one IPv6 address has 2^64 of them.
  static func network(of address: String) -> String {
    guard address.contains(":"), !address.lowercased().hasPrefix("::ffff:") else { return address }
    let halves = address.split(separator: "::", maxSplits: 1, omittingEmptySubsequences: false).map { $0.split(separator: ":") }
    var groups = halves[0].map { String($0) }
    if halves.count == 2 {
      groups += Array(repeating: "0", count: max(0, 8 - groups.count - halves[1].count)) + halves[1].map { String($0) }
    }
    return groups.prefix(4).joined(separator: ":") + "::/64"
  }
}

extension Refusal {
  static func throttled(_ wait: Duration) -> Refusal {
    var refusal = Refusal(.tooManyRequests, ["detail": "Request was throttled. Try again later.", "code": "throttled"])
    refusal.headers[.retryAfter] = "\(max(1, Int((wait / .seconds(1)).rounded(.up))))"
    return refusal
  }
}
