/// Which events a subscriber follows, always of one tenant.
package enum EventScope: Sendable, Hashable {
  case round(String, tenant: String)
  case tenant(String)

  package var tenant: String {
    switch self {
    case .round(_, let tenant), .tenant(let tenant): tenant
    }
  }

  package var round: String? { if case .round(let round, _) = self { round } else { nil } }

  /// The number that orders the scope's events and that clients send back to go on.
  package func number(of event: StoredEvent) -> Int64? {
    switch self {
    case .round: event.seq
    case .tenant: event.position
    }
  }
}
