import Foundation

/// A real PostgreSQL with its data in a temporary directory, on a free port of the loopback address.
package final class PostgresServer: Sendable {
  private let folder: URL
  private let bin: String
  private let port: Int

  package struct Failure: Error, CustomStringConvertible {
    package let description: String
  }

  /// postgres://…
  package var url: String { "postgres://hive:secret%40word@127.0.0.1:\(port)/postgres" }

  package static func start() async throws -> PostgresServer {
    let versions = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql")) ?? []
    guard let version = versions.max() else { throw Failure(description: "PostgreSQL is not installed: scripts/setup --tests") }
    let folder = FileManager.default.temporaryDirectory.appending(path: "pg-\(UUID().uuidString.prefix(8))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let server = PostgresServer(folder: folder, bin: "/usr/lib/postgresql/\(version)/bin", port: try await freePort())
    try Data("secret@word\n".utf8).write(to: folder.appending(path: "password"))
    // PostgreSQL refuses to run as root.
    if geteuid() == 0 { try await run("chown", ["-R", "postgres", folder.path]) }
    let data = folder.appending(path: "data").path
    try await server.run(
      "initdb", ["-D", data, "-A", "scram-sha-256", "-U", "hive", "--pwfile=\(folder.path)/password", "-E", "UTF8", "--no-sync"])
    let options = "-p \(server.port) -c listen_addresses=127.0.0.1 -c unix_socket_directories=\(folder.path) -c fsync=off"
    try await server.run("pg_ctl", ["-D", data, "-o", options, "-l", "\(folder.path)/log", "-w", "-t", "60", "start"])
    return server
  }

  private init(folder: URL, bin: String, port: Int) {
    self.folder = folder
    self.bin = bin
    self.port = port
  }

  package func stop() async {
    try? await run("pg_ctl", ["-D", folder.appending(path: "data").path, "-m", "immediate", "-w", "stop"])
    try? FileManager.default.removeItem(at: folder)
  }

  /// Runs SQL and gives what psql prints.
  @discardableResult
  package func query(_ sql: String) async throws -> String {
    let result = try await RunningProcess.run(
      program: URL(filePath: "\(bin)/psql"), arguments: ["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", url], input: sql)
    guard result.code == 0 else { throw Failure(description: result.errors) }
    return result.output
  }

  private func run(_ tool: String, _ arguments: [String]) async throws {
    let command = (geteuid() == 0 ? ["runuser", "-u", "postgres", "--"] : []) + ["\(bin)/\(tool)"] + arguments
    try await Self.run(command[0], Array(command.dropFirst()))
  }

  private static func run(_ program: String, _ arguments: [String]) async throws {
    let result = try await RunningProcess.run(program: URL(filePath: "/usr/bin/env"), arguments: [program] + arguments)
    guard result.code == 0 else { throw Failure(description: "\(program): \(result.errors)\(result.output)") }
  }

  private static func freePort() async throws -> Int {
    let script = "import socket; s = socket.socket(); s.bind(('127.0.0.1', 0)); print(s.getsockname()[1])"
    let result = try await RunningProcess.run(program: URL(filePath: "/usr/bin/env"), arguments: ["python3", "-c", script])
    guard let port = Int(result.output.filter(\.isNumber)) else { throw Failure(description: "no free port: \(result.errors)") }
    return port
  }
}
