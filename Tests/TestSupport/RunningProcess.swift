package import Foundation

/// A child process of a test; it is killed when the test forgets it.
package final class RunningProcess: Sendable {
  package struct Result: Sendable {
    package let code: Int32
    package let output: String
    package let errors: String
  }

  private let program: SpawnedProgram
  package var pid: Int32 { program.pid }

  /// - Parameters:
  ///   - log: takes stdout and stderr.
  ///   - input: becomes stdin.
  ///   - socket: becomes descriptor 3; the caller closes its own.
  package init(
    program: URL, arguments: [String], environment: [String: String], log: URL, input: FileHandle = .nullDevice, socket: Int32? = nil
  ) throws {
    if !FileManager.default.fileExists(atPath: log.path) { _ = FileManager.default.createFile(atPath: log.path, contents: nil) }
    let handle = try FileHandle(forWritingTo: log)
    defer { try? handle.close() }
    try handle.seekToEnd()
    self.program = try withExtendedLifetime(input) {
      try SpawnedProgram(
        program: program.path, arguments: arguments, environment: Self.merged(environment),
        descriptors: SpawnedProgram.Descriptors(
          input: input.fileDescriptor, output: handle.fileDescriptor, errors: handle.fileDescriptor, socket: socket))
    }
  }

  deinit {
    kill()
    _ = program.end(waiting: true)
  }

  package var isRunning: Bool { program.end() == nil }

  package func terminate() { program.signal(SIGTERM) }

  package func kill() { program.signal(SIGKILL) }

  /// - Returns: the exit code, or the signal's number; -1 when it has not ended within a minute.
  package func waitUntilExit() async -> Int32 {
    (try? await eventually("the process to end", within: .seconds(60)) { program.end() }) ?? -1
  }

  /// Runs a program to its end.
  ///
  /// - Parameters:
  ///   - environment: beside what this process has of it.
  ///   - onlyEnvironment: in place of both.
  ///   - directory: where it starts; by default where this process is.
  package static func run(
    program: URL, arguments: [String], input: String = "", environment: [String: String] = [:], onlyEnvironment: [String: String]? = nil,
    directory: URL? = nil
  ) async throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appending(path: "run-\(UUID().uuidString.prefix(8))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let files = ["in", "out", "err"].map { folder.appending(path: $0) }
    try Data(input.utf8).write(to: files[0])
    for file in files[1...] { _ = FileManager.default.createFile(atPath: file.path, contents: nil) }
    let handles = [
      try FileHandle(forReadingFrom: files[0]), try FileHandle(forWritingTo: files[1]), try FileHandle(forWritingTo: files[2]),
    ]
    defer { for handle in handles { try? handle.close() } }
    let child = try SpawnedProgram(
      program: program.path, arguments: arguments, environment: onlyEnvironment ?? merged(environment), directory: directory?.path,
      descriptors: SpawnedProgram.Descriptors(
        input: handles[0].fileDescriptor, output: handles[1].fileDescriptor, errors: handles[2].fileDescriptor))
    defer {
      child.signal(SIGKILL)
      _ = child.end(waiting: true)
    }
    // The test's own limit ends it before.
    let code = try await eventually("\(program.lastPathComponent) to end", within: .seconds(3600)) { child.end() }
    let texts = try files[1...].map { try String(contentsOf: $0, encoding: .utf8) }
    return Result(code: code, output: texts[0], errors: texts[1])
  }

  private static func merged(_ environment: [String: String]) -> [String: String] {
    ProcessInfo.processInfo.environment.merging(environment) { _, given in given }
  }
}
