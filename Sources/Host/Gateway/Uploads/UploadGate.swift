import Synchronization

/// How many uploads are on their way, so that they cannot fill the disk together.
final class UploadGate: Sendable {
  private let limit: Int
  private let tenantLimit: Int
  private let open = Mutex<[String: Int]>([:])

  init(limit: Int, tenantLimit: Int) {
    self.limit = limit
    self.tenantLimit = tenantLimit
  }

  /// - Returns: false when no more may come in now; otherwise ``leave(_:)`` must follow.
  func enter(_ tenant: String) -> Bool {
    open.withLock { open in
      guard open.values.reduce(0, +) < limit, open[tenant, default: 0] < tenantLimit else { return false }
      open[tenant, default: 0] += 1
      return true
    }
  }

  func leave(_ tenant: String) {
    open.withLock { open in
      let left = (open[tenant] ?? 1) - 1
      open[tenant] = left > 0 ? left : nil
    }
  }
}
