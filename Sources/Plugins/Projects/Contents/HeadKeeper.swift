import Synchronization

/// Remembers the first bytes of what passes.
final class HeadKeeper: Sendable {
  private let limit: Int
  private let kept = Mutex<[UInt8]>([])

  init(limit: Int) { self.limit = limit }

  var bytes: [UInt8] { kept.withLock { $0 } }

  func keep(_ piece: [UInt8]) -> [UInt8] {
    kept.withLock { kept in
      if kept.count < limit { kept += piece.prefix(limit - kept.count) }
    }
    return piece
  }
}
