import Foundation
import Glibc
import Sandbox
import Supervisor
import TestSupport
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

private struct DirectProcess: PluginProcess {
  let confinement = Confinement(tier: "none", layers: [])
  private let program: SpawnedProgram
  private let socket: CInt
  private let output: CInt
  private let errors: CInt
  var pid: Int32 { program.pid }

  init(_ executable: String) throws {
    let (ours, theirs) = try makeSocketPair()
    let (output, errors) = (Pipe(), Pipe())
    defer { close(theirs) }
    program = try SpawnedProgram(
      program: executable, arguments: [], environment: [:],
      descriptors: SpawnedProgram.Descriptors(
        input: FileHandle.nullDevice.fileDescriptor, output: output.fileHandleForWriting.fileDescriptor,
        errors: errors.fileHandleForWriting.fileDescriptor, socket: theirs))
    socket = ours
    self.output = dup(output.fileHandleForReading.fileDescriptor)
    self.errors = dup(errors.fileHandleForReading.fileDescriptor)
  }

  func takeSocket() -> CInt { socket }
  func takeOutput() -> CInt { output }
  func takeErrors() -> CInt { errors }
  func wait() async -> TerminationStatus { TerminationStatus(waitStatus: await program.ended()) }
  func terminate() { program.signal(SIGTERM) }
  func kill() { program.signal(SIGKILL) }
}
