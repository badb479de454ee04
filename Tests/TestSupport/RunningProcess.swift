package import Foundation
import Synchronization

/// A child process of a test; it is killed when the test forgets it.
package final class RunningProcess: Sendable {
  package struct Result: Sendable {
    package let code: Int32
    package let output: String
    package let errors: String
  }

  private let process: Mutex<Process>
  package let pid: Int32

  /// - Parameters:
  ///   - log: takes stdout and stderr.
  ///   - input: becomes stdin.
  package init(
    program: URL, arguments: [String], environment: [String: String], log: URL, input: FileHandle = .nullDevice
  ) throws {
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, given in given }
    if !FileManager.default.fileExists(atPath: log.path) { _ = FileManager.default.createFile(atPath: log.path, contents: nil) }
    let handle = try FileHandle(forWritingTo: log)
    try handle.seekToEnd()
    process.standardOutput = handle
    process.standardError = handle
    process.standardInput = input
    try process.run()
    try handle.close()
    pid = process.processIdentifier
    self.process = Mutex(process)
  }

  deinit { if isRunning { kill() } }

  package var isRunning: Bool { process.withLock { $0.isRunning } }

  package func terminate() { process.withLock { if $0.isRunning { $0.terminate() } } }

  package func kill() { process.withLock { if $0.isRunning { Glibc.kill($0.processIdentifier, SIGKILL) } } }

  package func waitUntilExit() async -> Int32 {
    _ = try? await eventually("the process to end", within: .seconds(60)) { isRunning ? nil : true }
    return process.withLock { $0.isRunning ? -1 : $0.terminationStatus }
  }

  /// Runs a program to its end.
  package static func run(program: URL, arguments: [String], input: String = "", environment: [String: String] = [:]) async throws -> Result
  {
    let folder = FileManager.default.temporaryDirectory.appending(path: "run-\(UUID().uuidString.prefix(8))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let files = ["in", "out", "err"].map { folder.appending(path: $0) }
    try Data(input.utf8).write(to: files[0])
    for file in files[1...] { _ = FileManager.default.createFile(atPath: file.path, contents: nil) }
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, given in given }
    // Foundation's own list of them grows by three a process unless they are closed, and past a thousand starting one crashes.
    let handles = [
      try FileHandle(forReadingFrom: files[0]), try FileHandle(forWritingTo: files[1]), try FileHandle(forWritingTo: files[2]),
    ]
    defer { for handle in handles { try? handle.close() } }
    process.standardInput = handles[0]
    process.standardOutput = handles[1]
    process.standardError = handles[2]
    try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
      process.terminationHandler = { _ in continuation.resume() }
      do { try process.run() } catch { continuation.resume(throwing: error) }
    }
    let texts = try files[1...].map { try String(contentsOf: $0, encoding: .utf8) }
    return Result(code: process.terminationStatus, output: texts[0], errors: texts[1])
  }
}
