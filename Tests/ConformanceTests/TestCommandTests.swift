import Foundation
import JSONRPC
import TestSupport
import Testing

/// `hivecore plugin test` as a script sees it.
@Suite struct TestCommandTests {
  private static func run(_ arguments: String...) async throws -> RunningProcess.Result {
    try await RunningProcess.run(
      program: HostProcess.products.appending(path: "hivecore"), arguments: ["plugin", "test"] + arguments)
  }

  @Test func `a plugin that conforms: exit code 0, a line a check`() async throws {
    let result = try await Self.run(
      Kit.fixture, "--hold", "test.hold", "--stream", #"test.stream {"bytes":3000000}"#, "--upload", "test.sink", "--timeout", "30s")
    #expect(result.code == 0, "\(result.output)")
    #expect(result.output.contains("ok    frames.zero "))
    #expect(result.output.hasSuffix("conforming 1.0.0 with test conforms to protocol 1: 39 passed, 0 failed, 0 skipped\n"))
  }

  @Test func `one that does not: exit code 1, and JSON that says why`() async throws {
    let result = try await Self.run(Kit.fixture, "takes-empty-frames", "--timeout", "3s", "--json")
    #expect(result.code == 1)
    let verdict = try JSON(parsing: result.output)
    #expect(verdict["passed"] == false && verdict["name"] == "conforming" && verdict["counts"]["failed"] == 1)
    let check = try #require(verdict["checks"].array?.first { $0["id"] == "frames.zero" })
    #expect(check["outcome"] == "failed" && check["section"] == "2.1" && check["sent"] == "00000000")
    #expect(check["came"].string?.contains("still open") == true)
    let skipped = try #require(verdict["checks"].array?.first { $0["id"] == "cancel.stops" })
    #expect(skipped["outcome"] == "skipped" && skipped["reason"].string?.contains("--hold") == true)
  }

  @Test func `a capability it must serve and does not is a failure`() async throws {
    let result = try await Self.run(Kit.fixture, "--capability", "llm", "--timeout", "3s")
    #expect(result.code == 1)
    #expect(result.output.contains("expected  the capability llm"))
    #expect(result.output.contains("because   the handshake failed"))
  }

  @Test func `nothing to start is 78, wrong usage 64`() async throws {
    #expect(try await Self.run("./no-such-program").code == 78)
    #expect(try await Self.run("--manifest", "/no/such/manifest.toml").code == 78)
    #expect(try await Self.run().code == 64)
    #expect(try await Self.run(Kit.fixture, "--timeout", "soon").code == 64)
    #expect(try await Self.run(Kit.fixture, "--config", "[]").code == 64)
  }

  @Test func `what plugin new makes conforms`() async throws {
    let folder = try HostProcess.makeDirectory().appending(path: "parrot")
    defer { try? FileManager.default.removeItem(at: folder.deletingLastPathComponent()) }
    let made = try await RunningProcess.run(
      program: HostProcess.products.appending(path: "hivecore"), arguments: ["plugin", "new", "--lang", "python", "parrot", folder.path])
    try #require(made.code == 0, "\(made.errors)")
    let result = try await Self.run(folder.appending(path: "parrot.py").path, "--timeout", "30s")
    #expect(result.code == 0, "\(result.output)")
  }
}
