import Synchronization

/// How many files are on their way at once, so that they cannot fill the disk together, and slow clients cannot hold every place of the
/// plugins that serve them.
final class TransferGate: Sendable {
  private let limit: Int
  private let tenantLimit: Int
  private let open = Mutex<[String: Int]>([:])

  init(limit: Int, tenantLimit: Int) {
    self.limit = limit
    self.tenantLimit = tenantLimit
  }

  /// A place among those on their way, until nobody holds it any more.
  ///
  /// - Returns: nil when no more may begin now.
  func enter(_ tenant: String) -> Place? {
    open.withLock { open in
      guard open.values.reduce(0, +) < limit, open[tenant, default: 0] < tenantLimit else { return nil }
      open[tenant, default: 0] += 1
      return Place(gate: self, tenant: tenant)
    }
  }

  private func leave(_ tenant: String) {
    open.withLock { open in
      let left = (open[tenant] ?? 1) - 1
      open[tenant] = left > 0 ? left : nil
    }
  }

  final class Place: Sendable {
    private let gate: TransferGate
    private let tenant: String

    fileprivate init(gate: TransferGate, tenant: String) {
      self.gate = gate
      self.tenant = tenant
    }

    deinit { gate.leave(tenant) }
  }
}
