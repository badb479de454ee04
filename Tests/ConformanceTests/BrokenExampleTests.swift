import Conformance
import Foundation
import TestSupport
import Testing

/// The examples conform; with one line changed they fail the check of what that line did.
@Suite struct BrokenExampleTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let line: String
    let instead: String
    let failing: Set<String>
    var testDescription: String { instead }

    init(_ line: String, _ instead: String, _ failing: Set<String>) {
      self.line = line
      self.instead = instead
      self.failing = failing
    }
  }

  static let models: [Case] = [
    Case(#""finish_reason": "stop""#, #""finish_reason": "done""#, ["llm.complete", "llm.models", "llm.text", "llm.deltas"]),
    Case(#""output_tokens": len(text) // 4"#, #""output_tokens": -1"#, ["llm.complete", "llm.models", "llm.text", "llm.deltas"]),
    Case(#""default": "echo-1""#, #""default": "echo-2""#, ["llm.models"]),
    Case(#"raise Refused(-32602, name + " is of another type")"#, "pass", ["llm.params"]),
    Case(#"    text = "You said: ""#, #"    text = "You said: " if messages[0]["role"] == "user" else 7"#, ["llm.text"]),
  ]

  @Test(arguments: models) func `a model's plugin fails for what it does wrong`(case: Case) async throws {
    let verdict = try await Self.verdict("Examples/llm-plugin-python/llm_echo.py", `case`, provides: "llm", concurrency: 1)
    #expect(Set(verdict.failed) == `case`.failing, "\(verdict.complaints)")
  }

  private static func verdict(_ path: String, _ change: Case, provides: String, concurrency: Int) async throws -> Verdict {
    let folder = try HostProcess.makeDirectory()
    defer { try? FileManager.default.removeItem(at: folder) }
    let source = try String(contentsOf: HostProcess.sources.appending(path: path), encoding: .utf8)
    try #require(source.contains(change.line), "the example has no longer \(change.line)")
    let script = folder.appending(path: "plugin.py")
    try Data(source.replacing(change.line, with: change.instead, maxReplacements: 1).utf8).write(to: script)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: script.path)
    var candidate = try Candidate.bare(script.path, provides: [provides], concurrency: concurrency)
    candidate.patience = .seconds(3)
    // What a change of its methods cannot touch.
    return try await Kit.verdict(candidate, leavingOut: Set(CheckList.everybody.map(\.id)))
  }
}
