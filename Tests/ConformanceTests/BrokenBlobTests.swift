import Conformance
import TestSupport
import Testing

/// Stores of blobs that do one thing wrong each (`Tests/Fixtures/conforming.py`).
@Suite struct BrokenBlobTests {
  static let cases: [(mode: String, failing: Set<String>)] = [
    ("blobs-miscount", ["blobs.roundtrip"]), ("blobs-keep-the-first", ["blobs.overwrite"]), ("blobs-without-parts", ["blobs.ranges"]),
    ("blobs-make-up", ["blobs.missing", "blobs.tenants", "blobs.cancel"]), ("blobs-share", ["blobs.tenants"]),
    ("blobs-choose-keys", ["blobs.keys"]), ("blobs-without-links", ["blobs.url"]), ("blobs-keep-halves", ["blobs.cancel"]),
    ("blobs-forget", ["blobs.durable"]),
  ]

  private static func candidate(_ mode: String, patience: Duration) throws -> Candidate {
    var candidate = try Candidate.bare(Kit.fixture, provides: ["blobs"])
    candidate.arguments = [mode, "blobs"]
    candidate.patience = patience
    return candidate
  }

  @Test func `one that keeps every rule passes, its streams too`() async throws {
    let verdict = try await Kit.verdict(Self.candidate("nothing", patience: .seconds(30)))
    #expect(verdict.isPassed, "\(verdict.complaints)")
    #expect(!verdict.skipped.contains { $0.hasPrefix("streams.") || $0.hasPrefix("blobs.") }, "\(verdict.skipped)")
  }

  @Test(arguments: cases) func `one that breaks a rule fails for it`(mode: String, failing: Set<String>) async throws {
    let verdict = try await Kit.verdict(Self.candidate(mode, patience: .seconds(3)), leavingOut: Set(CheckList.everybody.map(\.id)))
    #expect(Set(verdict.failed) == failing, "\(verdict.complaints)")
  }

  @Test func `every check of blobs can fail`() {
    let failing = Self.cases.reduce(into: Set<String>()) { $0.formUnion($1.failing) }
    #expect(Set(CheckList.capabilities["blobs"]?.map(\.id) ?? []).subtracting(failing) == [])
  }
}
