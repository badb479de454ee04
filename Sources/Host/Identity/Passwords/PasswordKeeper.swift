import JSONRPC
import Synchronization

/// Makes and checks password hashes one at a time: each takes much memory and time on purpose.
actor PasswordKeeper {
  private nonisolated let waiting = Mutex(0)
  private nonisolated let waitingLimit: Int
  private let rounds: Int

  init(rounds: Int, waitingLimit: Int = 32) {
    self.rounds = rounds
    self.waitingLimit = waitingLimit
  }

  /// - Throws: `overloaded` when too many are waiting.
  nonisolated func hash(_ password: String) async throws(RPCError) -> String {
    try enter()
    defer { leave() }
    return try await makeHash(password)
  }

  /// - Parameter stored: nil for an unknown user: then as much time passes as for a known one.
  nonisolated func matches(_ password: String, _ stored: String?) async throws(RPCError) -> Bool {
    try enter()
    defer { leave() }
    return await check(password, stored)
  }

  private func makeHash(_ password: String) throws(RPCError) -> String {
    do {
      return try PasswordHash.make(password, salt: PasswordKeeper.salt(), rounds: rounds)
    } catch {
      throw RPCError(.internal, "a password could not be hashed")
    }
  }

  private func check(_ password: String, _ stored: String?) -> Bool {
    guard let stored, let hash = PasswordHash(stored) else {
      _ = try? PasswordHash.make(password, salt: PasswordKeeper.salt(), rounds: rounds)
      return false
    }
    return hash.matches(password)
  }

  /// 22 letters and digits, as Django makes them.
  private static func salt() -> String { String(RandomText.hex(byteCount: 11)) }

  private nonisolated func enter() throws(RPCError) {
    let isFull = waiting.withLock { count in
      guard count < waitingLimit else { return true }
      count += 1
      return false
    }
    if isFull { throw RPCError(.overloaded, "too many logins are waiting", data: ["retry_after_ms": 1000]) }
  }

  private nonisolated func leave() { waiting.withLock { $0 -= 1 } }
}
