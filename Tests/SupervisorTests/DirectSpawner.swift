import Foundation
import Glibc
import Sandbox
import Supervisor
import Synchronization
import UnixTransport

/// Starts plugins as plain processes, without walls: what is tested here is what the supervisor makes of them.
struct DirectSpawner: PluginSpawning {
  func spawn(_ launch: PluginLaunch) async throws(LaunchError) -> any PluginProcess {
    do {
      return try DirectProcess(launch.executable)
    } catch {
      throw LaunchError("\(error)", isPermanent: false)
    }
  }
}

private final class DirectProcess: PluginProcess {
  private enum State {
    case running([CheckedContinuation<TerminationStatus, Never>])
    case ended(TerminationStatus)
  }

  let pid: Int32
  let confinement = Confinement(tier: "none", layers: [])
  private let socket: CInt
  private let output: CInt
  private let errors: CInt
  private let state: Box

  private final class Box: Sendable {
    let value = Mutex(State.running([]))
  }

  init(_ executable: String) throws {
    let (ours, theirs) = try makeSocketPair()
    let (output, errors) = (Pipe(), Pipe())
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    // The socket comes as descriptor 0, the only one that Foundation lets us choose.
    process.arguments = ["-c", "exec \"$0\" 3<&0 </dev/null", executable]
    process.standardInput = FileHandle(fileDescriptor: theirs, closeOnDealloc: true)
    process.standardOutput = output
    process.standardError = errors
    let box = Box()
    process.terminationHandler = { process in
      let status: TerminationStatus =
        process.terminationReason == .exit ? .code(process.terminationStatus) : .signal(process.terminationStatus)
      let waiting = box.value.withLock { state -> [CheckedContinuation<TerminationStatus, Never>] in
        guard case .running(let waiting) = state else { return [] }
        state = .ended(status)
        return waiting
      }
      for continuation in waiting { continuation.resume(returning: status) }
    }
    try process.run()
    state = box
    pid = process.processIdentifier
    socket = ours
    self.output = dup(output.fileHandleForReading.fileDescriptor)
    self.errors = dup(errors.fileHandleForReading.fileDescriptor)
  }

  func takeSocket() -> CInt { socket }
  func takeOutput() -> CInt { output }
  func takeErrors() -> CInt { errors }
  func terminate() { _ = Glibc.kill(pid, SIGTERM) }
  func kill() { _ = Glibc.kill(pid, SIGKILL) }

  func wait() async -> TerminationStatus {
    await withCheckedContinuation { continuation in
      let ended = state.value.withLock { state -> TerminationStatus? in
        switch state {
        case .running(let waiting):
          state = .running(waiting + [continuation])
          return nil
        case .ended(let status): return status
        }
      }
      if let ended { continuation.resume(returning: ended) }
    }
  }
}
