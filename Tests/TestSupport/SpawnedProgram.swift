import CSpawn
import Foundation
import Glibc
import Synchronization

/// A child of posix_spawn(3) that holds no descriptor but those it was given, and whose end is what waitpid(2) says.
///
/// Foundation's `Process` waits by select(2) for one more descriptor to close, which the child's own children, and any other program started
/// meanwhile, may hold open: in a process that starts many it sometimes waits for ever.
package final class SpawnedProgram: Sendable {
  /// What a program begins with.
  package struct Descriptors: Sendable {
    package var input: Int32
    package var output: Int32
    package var errors: Int32
    /// Becomes number 3: a plugin's connection.
    package var socket: Int32?

    package init(input: Int32, output: Int32, errors: Int32, socket: Int32? = nil) {
      self.input = input
      self.output = output
      self.errors = errors
      self.socket = socket
    }
  }

  package let pid: Int32
  private let status = Mutex<Int32?>(nil)

  /// - Parameters:
  ///   - directory: where it starts; by default where this process is.
  ///   - descriptors: the caller's, who closes them.
  /// - Throws: `POSIXError` when it cannot be started.
  package init(
    program: String, arguments: [String], environment: [String: String], directory: String? = nil, descriptors: Descriptors
  ) throws {
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    if let directory { unsafe posix_spawn_file_actions_addchdir_np(&actions, directory) }
    let given = [descriptors.input, descriptors.output, descriptors.errors] + (descriptors.socket.map { [$0] } ?? [])
    for (number, descriptor) in given.enumerated() { unsafe posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(number)) }
    unsafe posix_spawn_file_actions_addclosefrom_np(&actions, Int32(given.count))
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

  /// Its end in the form of waitpid(2); nil while it runs.
  package func waitStatus(waiting: Bool = false) -> Int32? {
    status.withLock { status in
      if status == nil {
        var word: Int32 = 0
        if unsafe waitpid(pid, &word, waiting ? 0 : WNOHANG) == pid { status = word }
      }
      return status
    }
  }

  /// Its exit code, or the signal that ended it; nil while it runs.
  package func end(waiting: Bool = false) -> Int32? {
    waitStatus(waiting: waiting).map { $0 & 0x7F == 0 ? ($0 >> 8) & 0xFF : $0 & 0x7F }
  }

  /// Waits for its end, however long that takes.
  ///
  /// - Returns: its end in the form of waitpid(2).
  package func ended() async -> Int32 {
    await withCheckedContinuation { continuation in
      Thread.detachNewThread { [self] in
        var information = unsafe siginfo_t()
        // The zombie stays: taking it is left to who holds the lock, so that nobody signals a number that is somebody else's.
        while unsafe waitid(P_PID, id_t(pid), &information, WEXITED | WNOWAIT) != 0, errno == EINTR {}
        continuation.resume(returning: waitStatus(waiting: true) ?? 0)
      }
    }
  }

  /// Sends a signal while it runs; then its number is nobody else's.
  package func signal(_ number: Int32) {
    status.withLock { status in if status == nil { _ = kill(pid, number) } }
  }
}

private func withCStrings<Result>(_ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) throws -> Result) rethrows -> Result {
  let copies = unsafe texts.map { unsafe strdup($0) }
  defer { unsafe copies.forEach { unsafe free($0) } }
  return try unsafe body(copies + [nil])
}
