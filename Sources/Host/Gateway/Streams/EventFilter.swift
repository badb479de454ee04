import Catalogue
import Events

/// Which of a tenant's events a stream wants: `?project=` and `?round=`, compared as text. Events without one pass.
struct EventFilter: Sendable {
  private let project: String?
  private let round: String?

  init(_ visit: Visit, _ scope: EventScope) {
    let query = visit.exchange.query
    let isTenant = scope.round == nil
    project = isTenant ? query["project"].flatMap { $0.isEmpty ? nil : $0 } : nil
    round = isTenant ? query["round"].flatMap { $0.isEmpty ? nil : $0.lowercased() } : nil
  }

  func passes(_ event: StoredEvent) -> Bool {
    if let project, let its = event.project, its != project { return false }
    if let round, let its = event.round, its != round { return false }
    return true
  }
}
