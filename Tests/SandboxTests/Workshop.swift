import Foundation

@testable import Sandbox

/// One spawner for all tests: its threads live as long as the process.
actor Workshop {
  static let shared = Workshop()
  private var started: Spawner?

  func spawner() async throws -> Spawner {
    if let started { return started }
    let spawner = try await Spawner.start()
    started = spawner
    return spawner
  }
}

/// A directory of workspaces that goes with the test.
final class WorkspaceRoot: Sendable {
  let path: String

  init() throws {
    path = "/tmp/hivecore-sandbox-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: "\(path)/one", withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }
}

/// Runs a shell script in a workspace of its own.
func shell(_ script: String, change: (inout WorkspaceCommand) -> Void = { _ in }) async throws -> WorkspaceCommandResult {
  try await command(["sh", "-c", script], change: change)
}

/// Runs a Python script in a workspace of its own.
func python(_ script: String, change: (inout WorkspaceCommand) -> Void = { _ in }) async throws -> WorkspaceCommandResult {
  try await command(["python3", "-c", script], change: change)
}

func command(_ argv: [String], change: (inout WorkspaceCommand) -> Void = { _ in }) async throws -> WorkspaceCommandResult {
  let root = try WorkspaceRoot()
  var command = WorkspaceCommand(argv: argv, workspace: "one")
  change(&command)
  return try await WorkspaceRunner(spawner: Workshop.shared.spawner()).run(command, in: root.path)
}

/// Starts a program that is not bound to a workspace: what plugins are.
func start(
  _ script: String, on given: Spawner? = nil, change: (inout SandboxProfile) -> Void = { _ in },
  means: ((inout SandboxMeans) -> Void)? = nil
) async throws -> ChildProcess {
  var profile = SandboxProfile()
  profile.show(["/usr", "/bin", "/lib", "/lib64"])
  profile.environment = ["PATH": SandboxProfile.searchPath]
  change(&profile)
  var spawner = if let given { given } else { try await Workshop.shared.spawner() }
  if let means {
    var allowed = SandboxMeans(spawner.report)
    means(&allowed)
    spawner = spawner.limited(to: allowed)
  }
  return try await spawner.spawn(SpawnRequest("/bin/sh", argv: ["sh", "-c", script], profile: profile, hasSocket: true))
}

/// Everything the process says until it closes its output.
func output(of child: ChildProcess) async -> String {
  await CommandCapture.run(child, input: [], outputLimit: 1 << 20, timeout: .seconds(20)).output.text
}

/// Reads until the text has come.
func waitForOutput(_ text: String, of child: ChildProcess) async throws {
  _ = try await waitedOutput(text, of: child)
}

/// Reads until the text has come.
///
/// - Returns: everything read.
func waitedOutput(_ text: String, of child: ChildProcess) async throws -> String {
  _ = fcntl(child.output.rawValue, F_SETFL, O_NONBLOCK)
  var seen = ""
  var buffer = [UInt8](repeating: 0, count: 4096)
  let said = try await becomesTrue(within: .seconds(20)) {
    let count = unsafe buffer.withUnsafeMutableBytes { unsafe read(child.output.rawValue, $0.baseAddress, $0.count) }
    seen += String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
    return seen.contains(text) || count == 0
  }
  guard said, seen.contains(text) else { throw TestFailure("waited for \(text), it said \(seen)") }
  return seen
}

struct TestFailure: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

/// A number of seconds that only processes of this run sleep: the same in the processes that tests start, another in every other run.
func mark(_ number: Int) -> String { "\(number).\(runNumber)" }

private let runNumber: String = {
  let variable = "HIVECORE_TEST_RUN"
  if let given = ProcessInfo.processInfo.environment[variable] { return given }
  let number = "\(Int.random(in: 100_000...999_999))"
  unsafe setenv(variable, number, 1)
  return number
}()

/// The pids of processes of this machine whose command line contains a marker.
func processes(marked marker: String) -> [Int32] {
  let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
  return names.compactMap(Int32.init).filter { pid in
    guard let line = readSmallFile("/proc/\(pid)/cmdline") else { return false }
    return String(decoding: line, as: UTF8.self).contains(marker)
  }
}

/// Waits for a condition; false when it does not come true within the time.
func becomesTrue(within limit: Duration, _ condition: () -> Bool) async throws -> Bool {
  let deadline = ContinuousClock.now + limit
  while !condition() {
    if ContinuousClock.now > deadline { return false }
    try await Task.sleep(for: .milliseconds(5))
  }
  return true
}
