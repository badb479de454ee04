import NIOCore

/// Calls of ours on one connection: who waits for which id.
struct CallTable {
  struct Call {
    let events: (CallEvent) -> Void
    let deadline: NIODeadline?
    var windows = StreamWindows()
  }

  /// What an answer means.
  enum Answer {
    case expected(Call)
    /// The caller gave up before.
    case late
    /// No call ever had this id: the peer is out of its mind.
    case neverIssued
  }

  private(set) var waiting: [Int64: Call] = [:]
  /// Given up here, not answered there: they still count, so that giving up cannot flood a slow peer.
  private var abandoned: Set<Int64> = []
  private var lastID: Int64 = 0

  var unansweredCount: Int { waiting.count + abandoned.count }

  mutating func nextID() -> Int64 {
    lastID += 1
    return lastID
  }

  subscript(_ id: Int64) -> Call? {
    get { waiting[id] }
    set { waiting[id] = newValue }
  }

  func wasIssued(_ id: Int64) -> Bool { id <= lastID }

  mutating func answer(_ id: Int64) -> Answer {
    if let call = waiting.removeValue(forKey: id) { return .expected(call) }
    guard wasIssued(id) else { return .neverIssued }
    abandoned.remove(id)
    return .late
  }

  /// - Returns: nil when nobody waits for it any more.
  mutating func abandon(_ id: Int64) -> Call? {
    guard let call = waiting.removeValue(forKey: id) else { return nil }
    abandoned.insert(id)
    return call
  }

  /// The calls whose time is over, the oldest first.
  func due(at now: NIODeadline) -> [Int64] {
    waiting.filter { $0.value.deadline.map { $0 <= now } ?? false }.keys.sorted()
  }

  var nextDeadline: NIODeadline? { waiting.values.lazy.compactMap(\.deadline).min() }

  mutating func removeAll() -> [Call] {
    defer { waiting = [:] }
    abandoned = []
    return waiting.sorted { $0.key < $1.key }.map(\.value)
  }
}
