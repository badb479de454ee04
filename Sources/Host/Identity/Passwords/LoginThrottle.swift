import Synchronization

/// The ``LoginFailures`` all requests share.
final class LoginThrottle: Sendable {
  private let failures: Mutex<LoginFailures>

  init(_ failures: LoginFailures) { self.failures = Mutex(failures) }

  func wait(_ key: String, at now: Int) -> Int? { failures.withLock { $0.wait(key, at: now) } }
  func failed(_ key: String, at now: Int) { failures.withLock { $0.failed(key, at: now) } }
  func succeeded(_ key: String) { failures.withLock { $0.succeeded(key) } }
}
