import Foundation
import Glibc
import Synchronization

/// A child of posix_spawn(3), whose end is what waitpid(2) says.
///
/// Foundation's `Process` waits by select(2) for one more descriptor to close, which the child's own children may hold open: in a process with a
/// thousand descriptors it sometimes waits for ever.
final class SpawnedProgram: Sendable {
  let pid: pid_t
  private let status = Mutex<Int32?>(nil)

  /// - Throws: `POSIXError` when it cannot be started.
  init(program: String, arguments: [String], environment: [String: String], input: Int32, output: Int32, errors: Int32) throws {
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    for (descriptor, number) in [(input, 0), (output, 1), (errors, 2)] as [(Int32, Int32)] {
      unsafe posix_spawn_file_actions_adddup2(&actions, descriptor, number)
    }
    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    // Threads of tests may block signals, which a child would go on blocking.
    var none = sigset_t()
    unsafe sigemptyset(&none)
    unsafe posix_spawnattr_setsigmask(&attributes, &none)
    unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK))
    var pid: pid_t = 0
    let code = unsafe withCStrings([program] + arguments) { argv in
      unsafe withCStrings(environment.map { "\($0)=\($1)" }) { unsafe posix_spawn(&pid, program, &actions, &attributes, argv, $0) }
    }
    guard code == 0 else { throw POSIXError(POSIXErrorCode(rawValue: code) ?? .EIO) }
    self.pid = pid
  }

  /// Its exit code, or the signal that ended it; nil while it runs.
  func end(waiting: Bool = false) -> Int32? {
    status.withLock { status in
      if let status { return status }
      var word: Int32 = 0
      guard unsafe waitpid(pid, &word, waiting ? 0 : WNOHANG) == pid else { return nil }
      status = word & 0x7F == 0 ? (word >> 8) & 0xFF : word & 0x7F
      return status
    }
  }

  /// Sends a signal while it runs; then its number is nobody else's.
  func signal(_ number: Int32) {
    status.withLock { status in if status == nil { _ = kill(pid, number) } }
  }
}

private func withCStrings<Result>(_ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) throws -> Result) rethrows -> Result {
  let copies = unsafe texts.map { unsafe strdup($0) }
  defer { unsafe copies.forEach { unsafe free($0) } }
  return try unsafe body(copies + [nil])
}
