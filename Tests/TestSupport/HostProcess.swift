package import Foundation
package import JSONRPC

/// The real `hivecore serve` with real plugins in a data directory of its own, for system tests.
package final class HostProcess: Sendable {
  package enum Failure: Error, CustomStringConvertible {
    case notBuilt(String)
    case notReady(log: String)
    case command([String], code: Int32, stderr: String)

    package var description: String {
      switch self {
      case .notBuilt(let path): "\(path) is missing: swift build first"
      case .notReady(let log): "the host did not get ready; its log:\n\(log)"
      case .command(let arguments, let code, let stderr): "hivecore \(arguments.joined(separator: " ")) ended with \(code): \(stderr)"
      }
    }
  }

  /// The folder with the built executables; `HIVECORE_PRODUCTS` names another, such as a release build's.
  package static let products: URL = {
    if let folder = ProcessInfo.processInfo.environment["HIVECORE_PRODUCTS"] { return URL(filePath: folder) }
    var url = Bundle.main.bundleURL
    if url.pathExtension == "xctest" { url.deleteLastPathComponent() }
    return url
  }()

  package static let sources = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  package let data: URL
  package let baseURL: String
  package let pid: Int32
  private let log: URL
  private let process: RunningProcess

  private init(data: URL, baseURL: String, log: URL, process: RunningProcess) {
    self.data = data
    self.baseURL = baseURL
    self.log = log
    self.process = process
    pid = process.pid
  }

  /// An empty directory below the system's temporary one.
  package static func makeDirectory() throws -> URL {
    let url = FileManager.default.temporaryDirectory.appending(path: "hivecore-\(UUID().uuidString.prefix(8))")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    return url
  }

  /// Starts the host and waits until it is ready.
  ///
  /// - Parameters:
  ///   - data: nil = a new one.
  ///   - plugins: a directory of manifests; nil = the source tree's.
  ///   - port: nil = a free one.
  package static func start(data: URL? = nil, plugins: URL? = nil, environment: [String: String] = [:]) async throws -> HostProcess {
    let data = try data ?? makeDirectory()
    let log = data.appending(path: "host.log")
    let arguments = [
      "serve", "--listen", "127.0.0.1:0", "--data", data.path, "--plugins", (plugins ?? sources.appending(path: "plugins.d")).path,
    ]
    let process = try RunningProcess(program: try program(), arguments: arguments, environment: environment, log: log)
    let address = data.appending(path: "run/address")
    do {
      let baseURL = try await eventually("the host's address", within: .seconds(60)) {
        guard process.isRunning else { throw Failure.notReady(log: text(log)) }
        guard let text = try? String(contentsOf: address, encoding: .utf8), text.hasSuffix("\n") else { return nil as String? }
        let url = text.trimmingCharacters(in: .whitespacesAndNewlines)
        return await status(url + "/api/health/ready/") == 200 ? url : nil
      }
      return HostProcess(data: data, baseURL: baseURL, log: log, process: process)
    } catch is Timeout {
      process.kill()
      throw Failure.notReady(log: text(log))
    }
  }

  private static func program() throws -> URL {
    let url = products.appending(path: "hivecore")
    guard FileManager.default.isExecutableFile(atPath: url.path) else { throw Failure.notBuilt(url.path) }
    return url
  }

  /// Runs a command against this host's data directory.
  ///
  /// - Returns: its stdout.
  @discardableResult
  package func command(_ arguments: String..., input: String = "") async throws -> String {
    try await Self.run(arguments, on: data, input: input)
  }

  /// Runs a command against a data directory, whether a host runs there or not.
  @discardableResult
  package static func command(on data: URL, _ arguments: String..., input: String = "") async throws -> String {
    try await run(arguments, on: data, input: input)
  }

  /// Runs a command that may fail.
  package func attempt(_ arguments: String...) async throws -> RunningProcess.Result {
    try await RunningProcess.run(program: try Self.program(), arguments: arguments + ["--data", data.path])
  }

  private static func run(_ arguments: [String], on data: URL, input: String) async throws -> String {
    let all = arguments + ["--data", data.path]
    let result = try await RunningProcess.run(program: try program(), arguments: all, input: input)
    guard result.code == 0 else { throw Failure.command(all, code: result.code, stderr: result.errors) }
    return result.output
  }

  /// The plugins of `hivecore status --json`, by id.
  package func plugins() async throws -> [String: JSON] {
    let status = try JSON(parsing: try await command("status", "--json"))
    return Dictionary((status["plugins"].array ?? []).map { ($0["id"].string ?? "", $0) }) { first, _ in first }
  }

  package var logText: String { Self.text(log) }

  package func terminate() { process.terminate() }

  package func kill() { process.kill() }

  package func waitUntilExit() async -> Int32 { await process.waitUntilExit() }

  /// Stops the host as an operator would and removes its data.
  package func stop() async {
    terminate()
    _ = await waitUntilExit()
    try? FileManager.default.removeItem(at: data)
  }

  private static func text(_ url: URL) -> String { (try? String(contentsOf: url, encoding: .utf8)) ?? "" }

  private static func status(_ url: String) async -> Int? {
    (try? await RunningProcess.run(
      program: URL(filePath: "/usr/bin/env"), arguments: ["curl", "-s", "-k", "-o", "/dev/null", "-w", "%{http_code}", url]))
      .flatMap { Int($0.output) }
  }
}
