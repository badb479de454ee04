/// One log for each tenant, so that none sees another's; the tenant not heard of for longest is forgotten first.
actor AuditLogs {
  static let tenantLimit = 32

  private var logs: [(tenant: String, log: AuditLog)] = []
  private let defaultLimit: Int

  init(defaultLimit: Int) { self.defaultLimit = defaultLimit }

  func append(_ decisions: [SelectionDecision], at now: Timestamp, for tenant: String) {
    let index = logs.firstIndex { $0.tenant == tenant }
    var entry = index.map { logs.remove(at: $0) } ?? (tenant: tenant, log: AuditLog(defaultLimit: defaultLimit))
    for decision in decisions { entry.log.append(decision, at: now) }
    if logs.count == Self.tenantLimit { logs.removeFirst() }
    logs.append(entry)
  }

  func lastRounds(_ limit: Int?, of tenant: String) -> [AuditLog.Round] {
    logs.first { $0.tenant == tenant }?.log.lastRounds(limit) ?? []
  }
}
