import Foundation
import Testing

@testable import Sandbox

/// Everything here holds for an ordinary user's host too: the same tests once more, as nobody.
@Suite struct OrdinaryUserTests {
  @Test(
    .enabled(if: canBecomeNobody, "needs root, and a checkout that others may read"),
    arguments: ["ConfinementTests", "LifeTests", "LimitTests", "FallbackTests", "PluginSandboxTests", "WorkspaceTests", "EscapeTests"])
  func `passes without root`(suite: String) throws {
    let program = try #require(resolvedPath("/proc/self/exe"))
    try passes(asNobody + [program, "--testing-library", "swift-testing", "--filter", "[.]\(suite)/"])
  }

  @Test(.enabled(if: mayMakeNamespaces)) func `passes as root of a user namespace that has no other users`() throws {
    let program = try #require(resolvedPath("/proc/self/exe"))
    try passes(
      asNamespaceRoot + [program, "--testing-library", "swift-testing", "--filter", "[.](ConfinementTests|LifeTests|FallbackTests)/"])
  }

  private func passes(_ command: [String]) throws {
    let (status, said) = try run(command)
    #expect(status == 0, "\(said.split(separator: "\n").filter { $0.contains("✘") }.joined(separator: "\n"))")
    #expect(said.contains(/[1-9]\d* tests in \d suites? passed/))
  }

  private static var mayMakeNamespaces: Bool { (try? run(asNamespaceRoot + ["/bin/true"]).status) == 0 }

  private static var canBecomeNobody: Bool {
    guard geteuid() == 0, let program = resolvedPath("/proc/self/exe") else { return false }
    return (try? run(asNobody + ["/usr/bin/test", "-x", program]).status) == 0
  }
}

private let asNobody = ["/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
private let asNamespaceRoot = ["/usr/bin/unshare", "--user", "--map-root-user"]

private func run(_ command: [String]) throws -> (status: Int32, output: String) {
  let process = Process()
  let pipe = Pipe()
  process.executableURL = URL(filePath: command[0])
  process.arguments = Array(command.dropFirst())
  // A run of its own: it must not take our processes for its own.
  process.environment = ProcessInfo.processInfo.environment.filter { $0.key != "HIVECORE_TEST_RUN" }
  process.currentDirectoryURL = URL(filePath: "/")
  process.standardOutput = pipe
  process.standardError = pipe
  try process.run()
  let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
  process.waitUntilExit()
  return (process.terminationStatus, output)
}
