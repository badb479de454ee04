import Glibc
import NIOCore
import Sandbox
import Supervisor
import Synchronization

/// Starts plugins while the loop that reads what they print has something else to do.
final class BusyReaderSpawner: PluginSpawning {
  private let loop = Mutex<(any EventLoop)?>(nil)

  func keepBusy(_ eventLoop: any EventLoop) { loop.withLock { $0 = eventLoop } }

  func spawn(_ launch: PluginLaunch) async throws(LaunchError) -> any PluginProcess {
    BusyReaderProcess(base: try await DirectSpawner().spawn(launch), loop: loop.withLock { $0 })
  }
}

private struct BusyReaderProcess: PluginProcess {
  let base: any PluginProcess
  let loop: (any EventLoop)?
  var pid: Int32 { base.pid }
  var confinement: Confinement { base.confinement }

  /// Taken once the output is being read.
  func takeSocket() -> CInt {
    loop?.execute { usleep(200_000) }
    return base.takeSocket()
  }

  func takeOutput() -> CInt { base.takeOutput() }
  func takeErrors() -> CInt { base.takeErrors() }
  func wait() async -> TerminationStatus { await base.wait() }
  func terminate() { base.terminate() }
  func kill() { base.kill() }
}
