import NIOCore

/// A bounded queue that serves tenants in turn, so that one tenant's flood delays its own calls only.
///
/// When it is full, the newest entry of whoever has most waiting makes room for a tenant that has fewer.
struct FairQueue: Sendable {
  /// A lower one only keeps new entries out.
  var limit: Int
  private var waiting: [String: CircularBuffer<Int>] = [:]
  /// Tenants with something waiting, the next to be served first.
  private var turns = CircularBuffer<String>()
  private(set) var count = 0

  init(limit: Int) { self.limit = limit }

  enum Admission: Equatable {
    case queued
    /// Queued in the place of another's entry, which must be told.
    case queuedInsteadOf(Int)
    case full
  }

  /// - Parameter tenant: empty for calls without one.
  mutating func push(_ id: Int, tenant: String) -> Admission {
    guard count >= limit else {
      append(id, tenant)
      return .queued
    }
    guard let longest = waiting.max(by: { $0.value.count < $1.value.count }), longest.value.count > (waiting[tenant]?.count ?? 0) + 1,
      let evicted = waiting[longest.key]?.popLast()
    else { return .full }
    count -= 1
    append(id, tenant)
    return .queuedInsteadOf(evicted)
  }

  /// Puts an entry back that had left the queue: it goes before its tenant's others, limit or not.
  mutating func putBack(_ id: Int, tenant: String) {
    if waiting[tenant] == nil { turns.prepend(tenant) }
    waiting[tenant, default: CircularBuffer()].prepend(id)
    count += 1
  }

  mutating func pop() -> Int? {
    guard let tenant = turns.popFirst(), let id = waiting[tenant]?.popFirst() else { return nil }
    count -= 1
    if waiting[tenant]?.isEmpty == true { waiting[tenant] = nil } else { turns.append(tenant) }
    return id
  }

  mutating func remove(_ id: Int, tenant: String) {
    guard let index = waiting[tenant]?.firstIndex(of: id) else { return }
    waiting[tenant]?.remove(at: index)
    count -= 1
    guard waiting[tenant]?.isEmpty == true else { return }
    waiting[tenant] = nil
    turns.removeAll { $0 == tenant }
  }

  /// Empties it.
  mutating func removeAll() -> [Int] {
    var all: [Int] = []
    while let id = pop() { all.append(id) }
    return all
  }

  private mutating func append(_ id: Int, _ tenant: String) {
    if waiting[tenant] == nil { turns.append(tenant) }
    waiting[tenant, default: CircularBuffer()].append(id)
    count += 1
  }
}
