import Foundation
import TestSupport
import Testing

@testable import Sandbox

/// Everything here holds for an ordinary user's host too: the same tests once more, as nobody.
@Suite struct OrdinaryUserTests {
  @Test(
    .enabled("needs root, and a checkout that others may read") { await canBecomeNobody },
    arguments: ["ConfinementTests", "LifeTests", "LimitTests", "FallbackTests", "PluginSandboxTests", "WorkspaceTests", "EscapeTests"])
  func `passes without root`(suite: String) async throws {
    let program = try #require(resolvedPath("/proc/self/exe"))
    try await passes(asNobody + [program, "--testing-library", "swift-testing", "--filter", "[.]\(suite)/"])
  }

  @Test(.enabled { await mayMakeNamespaces }) func `passes as root of a user namespace that has no other users`() async throws {
    let program = try #require(resolvedPath("/proc/self/exe"))
    try await passes(
      asNamespaceRoot + [program, "--testing-library", "swift-testing", "--filter", "[.](ConfinementTests|LifeTests|FallbackTests)/"])
  }

  private func passes(_ command: [String]) async throws {
    let (status, said) = try await run(command)
    #expect(status == 0, "\(said.split(separator: "\n").filter { $0.contains("✘") }.joined(separator: "\n"))")
    #expect(said.contains(/[1-9]\d* tests in \d suites? passed/))
  }

  private static var mayMakeNamespaces: Bool { get async { (try? await run(asNamespaceRoot + ["/bin/true"]).status) == 0 } }

  private static var canBecomeNobody: Bool {
    get async {
      guard geteuid() == 0, let program = resolvedPath("/proc/self/exe") else { return false }
      return (try? await run(asNobody + ["/usr/bin/test", "-x", program]).status) == 0
    }
  }
}

private let asNobody = ["/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
private let asNamespaceRoot = ["/usr/bin/unshare", "--user", "--map-root-user"]

private func run(_ command: [String]) async throws -> (status: Int32, output: String) {
  // A run of its own: it must not take our processes for its own.
  let environment = ProcessInfo.processInfo.environment.filter { $0.key != "HIVECORE_TEST_RUN" }
  let result = try await RunningProcess.run(
    program: URL(filePath: command[0]), arguments: Array(command.dropFirst()), onlyEnvironment: environment, directory: URL(filePath: "/"))
  return (result.code, result.output + result.errors)
}
