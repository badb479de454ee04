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

  /// Checks a password under a throttle. Attempts come one after the other and each is judged before the next is let in: many at once
  /// have no more guesses than many in a row.
  ///
  /// - Parameters:
  ///   - stored: nil for an account that is not there or disabled: then as much time passes as for a good one.
  ///   - key: what failures are counted by.
  /// - Throws: 429 after too many failures; `overloaded` when too many are waiting.
  nonisolated func matches(
    _ password: String, _ stored: String?, _ throttle: LoginThrottle, _ key: String, _ clock: WallClock
  ) async throws(RPCError) -> Bool {
    try enter()
    defer { leave() }
    return try await attempt(password, stored, throttle, key, clock)
  }

  private func attempt(
    _ password: String, _ stored: String?, _ throttle: LoginThrottle, _ key: String, _ clock: WallClock
  ) throws(RPCError) -> Bool {
    if let seconds = throttle.wait(key, at: clock.seconds()) { throw IdentityRefusal.throttled(retryAfter: seconds) }
    let isRight = check(password, stored)
    if isRight { throttle.succeeded(key) } else { throttle.failed(key, at: clock.seconds()) }
    return isRight
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
