import CLinux
import Glibc
import Synchronization

/// A sandboxed process and everything it starts.
///
/// `pid` and the pidfd are those of the sandbox's first process. With namespaces, its death is the death of all.
package final class ChildProcess: Sendable {
  package let pid: Int32
  /// The walls that hold this process, by their names in ``SandboxLayer``.
  package let layers: [SandboxLayer]
  package let input: Descriptor?
  package let output: Descriptor
  package let errors: Descriptor
  /// The host's end of the protocol socket.
  package let socket: Descriptor?

  let pidfd: Descriptor
  private let status: StatusPipe
  private let cgroup: SandboxCgroup?

  private enum State {
    case running([CheckedContinuation<TerminationStatus, Never>])
    case ended(TerminationStatus, MemoryEvidence)
  }
  private let state = Mutex(State.running([]))

  /// What is known of its memory when it has ended.
  private struct MemoryEvidence {
    /// The kernel killed something in its cgroup for want of memory.
    var hasBeenKilled = false
    /// The largest resident size of the program, as its parent was told.
    var peakBytes: UInt64 = 0
  }

  init(pid: Int32, pidfd: Descriptor, layers: [SandboxLayer], status: StatusPipe, streams: ChildStreams, cgroup: SandboxCgroup?) {
    self.pid = pid
    self.pidfd = pidfd
    self.layers = layers
    self.status = status
    self.cgroup = cgroup
    input = streams.input
    output = streams.output
    errors = streams.errors
    socket = streams.socket
  }

  /// Waits for the end of the process and of everything in its pid namespace.
  package func wait() async -> TerminationStatus {
    await withCheckedContinuation { continuation in
      let ended = state.withLock { state -> TerminationStatus? in
        switch state {
        case .running(let waiting):
          state = .running(waiting + [continuation])
          return nil
        case .ended(let status, _):
          return status
        }
      }
      if let ended { continuation.resume(returning: ended) }
    }
  }

  /// Once it has ended: whether its memory limit was why.
  ///
  /// A cgroup says so. Without one the limit makes allocations fail, and most programs end by that with a signal of their own, having used
  /// most of what they may: the limit also counts what is asked for and never touched, as 8 MiB for each thread's stack.
  package func ranOutOfMemory(limit: UInt64) -> Bool {
    guard case .ended(let status, let memory) = state.withLock({ $0 }) else { return false }
    let gaveUp = [SIGABRT, SIGILL, SIGTRAP, SIGSEGV, SIGBUS].contains { status == .signal($0) }
    return memory.hasBeenKilled || (gaveUp && memory.peakBytes >= limit / 4 * 3)
  }

  /// Asks the program to end: SIGTERM.
  package func terminate() {
    signal(SIGTERM)
  }

  /// Kills the program and everything it started.
  package func kill() {
    cgroup?.kill()
    // Without a pid namespace the first process must do the killing itself before it goes.
    signal(layers.contains(.namespaces) ? SIGKILL : SIGUSR1)
  }

  private func signal(_ number: Int32) {
    let fd = pidfd.rawValue
    if fd >= 0 { _ = hive_pidfd_signal(fd, number) }
  }

  /// The pid, on the host, of the program itself; nil once it has ended.
  package var programPID: Int32? {
    guard let children = readSmallFile("/proc/\(pid)/task/\(pid)/children") else { return nil }
    return String(decoding: children, as: UTF8.self).split(separator: " ").first.flatMap { Int32($0) }
  }

  /// Takes the exit status when there is one. True when the process has ended.
  func reap() -> Bool {
    var waitStatus: Int32 = 0
    let taken = unsafe hive_pidfd_reap(pidfd.rawValue, &waitStatus)
    guard taken != 0 else { return false }
    // The first process reports how the program ended; killed itself, it could not.
    var (ending, memory) = (TerminationStatus(waitStatus: waitStatus), MemoryEvidence())
    if case .message(.exited(let told, let peak)) = status.next(within: .zero) { (ending, memory.peakBytes) = (told, peak) }
    memory.hasBeenKilled = cgroup?.hasBeenOutOfMemory ?? false
    cgroup?.end()
    let waiting = state.withLock { state -> [CheckedContinuation<TerminationStatus, Never>] in
      guard case .running(let waiting) = state else { return [] }
      state = .ended(ending, memory)
      return waiting
    }
    pidfd.close()
    status.descriptor.close()
    for continuation in waiting { continuation.resume(returning: ending) }
    return true
  }
}

/// The host's ends of a child's descriptors.
struct ChildStreams: Sendable {
  var input: Descriptor?
  var output: Descriptor
  var errors: Descriptor
  var socket: Descriptor?
}

/// The bytes of a file of at most 64 KiB, or nil.
func readSmallFile(_ path: String) -> [UInt8]? {
  let file = Descriptor(unsafe open(path, O_RDONLY | O_CLOEXEC))
  guard file.rawValue >= 0 else { return nil }
  var bytes = [UInt8](repeating: 0, count: 65_536)
  let count = unsafe bytes.withUnsafeMutableBytes { unsafe read(file.rawValue, $0.baseAddress, $0.count) }
  return count < 0 ? nil : Array(bytes.prefix(count))
}
