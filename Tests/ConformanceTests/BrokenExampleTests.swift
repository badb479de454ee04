import Conformance
import Foundation
import TestSupport
import Testing

/// The examples conform; with one line changed they fail the checks of what that line did, and no other.
@Suite struct BrokenExampleTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let file: String
    let line: String
    let instead: String
    let failing: Set<String>
    var testDescription: String { "\(file): \(instead)" }

    init(_ file: String, _ line: String, _ instead: String, _ failing: Set<String>) {
      self.file = file
      self.line = line
      self.instead = instead
      self.failing = failing
    }
  }

  static let models: [Case] = [
    Case(
      "llm_echo.py", #""finish_reason": "stop""#, #""finish_reason": "done""#, ["llm.complete", "llm.models", "llm.text", "llm.deltas"]),
    Case("llm_echo.py", #""output_tokens": len"#, #""output_tokens": -len"#, ["llm.complete", "llm.models", "llm.text", "llm.deltas"]),
    Case("llm_echo.py", #""default": "echo-1""#, #""default": "echo-2""#, ["llm.models"]),
    Case("llm_echo.py", #"raise Refused(-32602, name + " is of another type")"#, "pass", ["llm.params"]),
    Case("llm_echo.py", #"    text = "You said: ""#, #"    text = 7 if len(messages) > 1 else "You said: ""#, ["llm.text"]),
  ]

  static let storages: [Case] = [
    Case("store.py", #"self.file.execute("COMMIT")"#, #"self.file.execute("ROLLBACK")"#, ["storage.durable"]),
    Case("store.py", #"raise refused(f"{new.name}.{field.name}", "the field is gone or is another one")"#, "continue", ["storage.migrate"]),
    Case(
      "reads.py", #"return self.is_system or collection.tenancy"#, #"return True or collection.tenancy"#,
      ["storage.tenants", "storage.scopes", "storage.operations", "storage.random"]),
    Case("reads.py", "if self.granted is not None and", "if False and", ["storage.collections"]),
    Case("reads.py", #"reverse=term.startswith("-"))"#, "reverse=False)", ["storage.random"]),
    Case("reads.py", #"raise malformed(f"{op} is not a comparison")"#, #"op = "eq""#, ["storage.params"]),
    Case("jobs.py", #" or job["epoch"] != step["epoch"]"#, "", ["storage.leases", "storage.release"]),
    Case("jobs.py", #"return job["group"] is not None and any("#, "return False and any(", ["storage.turns"]),
    Case(
      "jobs.py", #"job["state"] == "leased" and job["lease_until"] <= self.now"#, #"job["state"] == "leased""#,
      ["storage.workers", "storage.turns"]),
    Case("transactions.py", "if room and room[1] > room[0]:", "if False:", ["storage.quotas", "storage.quota-per"]),
    Case("storage_plugin.py", "if known:", "if False:", ["storage.operations"]),
    Case(
      "storage_plugin.py", "                self.store.rollback()", "                pass",
      ["storage.isolation", "storage.random", "storage.quotas", "storage.quota-per"]),
    Case("storage_plugin.py", #"self.plugin.notify("storage.committed", {"events": transaction.events})"#, "pass", ["storage.committed"]),
    Case("storage_plugin.py", #"if os.path.exists(params["to"]):"#, "if False:", ["storage.backup"]),
    Case("protocol.py", "if len(body) > self.limit:", "if False:", ["storage.large"]),
  ]

  @Test(arguments: models) func `a model's plugin fails for what it does wrong`(case: Case) async throws {
    let verdict = try await Self.verdict("llm-plugin-python", "llm_echo.py", `case`, provides: "llm", concurrency: 1)
    #expect(Set(verdict.failed) == `case`.failing, "\(verdict.complaints)")
  }

  @Test(arguments: storages) func `a storage fails for what it does wrong`(case: Case) async throws {
    let verdict = try await Self.verdict("storage-plugin-python", "storage_plugin.py", `case`, provides: "storage", concurrency: 64)
    #expect(Set(verdict.failed) == `case`.failing, "\(verdict.complaints)")
  }

  @Test func `every check of storage can fail`() {
    let failing = Self.storages.reduce(into: Set<String>()) { $0.formUnion($1.failing) }
    #expect(Set(CheckList.capabilities["storage"]?.map(\.id) ?? []).subtracting(failing) == [])
  }

  private static func verdict(
    _ example: String, _ program: String, _ change: Case, provides: String, concurrency: Int
  ) async throws -> Verdict {
    let folder = try HostProcess.makeDirectory().appending(path: example)
    defer { try? FileManager.default.removeItem(at: folder.deletingLastPathComponent()) }
    try FileManager.default.copyItem(at: HostProcess.sources.appending(path: "Examples/\(example)"), to: folder)
    let file = folder.appending(path: change.file)
    let source = try String(contentsOf: file, encoding: .utf8)
    try #require(source.contains(change.line), "the example has no longer \(change.line)")
    try Data(source.replacing(change.line, with: change.instead, maxReplacements: 1).utf8).write(to: file)
    var candidate = try Candidate.bare(folder.appending(path: program).path, provides: [provides], concurrency: concurrency)
    candidate.patience = .seconds(5)
    // What a change of its methods cannot touch.
    return try await Kit.verdict(candidate, leavingOut: Set(CheckList.everybody.map(\.id)))
  }
}
