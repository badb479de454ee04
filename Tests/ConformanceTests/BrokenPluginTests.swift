import Conformance
import TestSupport
import Testing

/// Plugins that break one rule each fail the checks of that rule and pass all others (`Tests/Fixtures/conforming.py`).
@Suite struct BrokenPluginTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let mode: String
    let failing: Set<String>
    /// Words of the verdict.
    let words: String
    var testDescription: String { mode }

    init(_ mode: String, _ failing: Set<String>, _ words: String) {
      self.mode = mode
      self.failing = failing
      self.words = words
    }
  }

  static let cases: [Case] = [
    Case("wrong-version", ["handshake.initialize"], #""protocol":7"#),
    Case("provides-nothing", ["handshake.describe"], "test.echo"),
    Case("describes-others", ["handshake.describe"], "storage.read"),
    Case("never-ready", ["handshake.ready"], "nothing within"),
    Case("picky", ["handshake.versions"], "unknown member"),
    Case("takes-any-host", ["handshake.refuses"], #"the result {"protocol":1"#),
    Case("takes-whole-headers", ["frames.fragmented"], "half a header"),
    Case("tires", ["frames.many"], "nothing within"),
    Case("short-of-breath", ["frames.longest", "streams.upload"], "the end of the connection"),
    Case("takes-long-frames", ["frames.oversized"], "still open"),
    Case("takes-empty-frames", ["frames.zero"], "still open"),
    Case("takes-garbage", ["frames.garbage"], "still open"),
    Case("answers-garbage", ["frames.garbage"], "id must be an integer"),
    Case("takes-nan", ["frames.garbage"], "request 9000"),
    Case("takes-bad-utf8", ["frames.utf8"], "request 9000"),
    Case("takes-any-depth", ["frames.nested"], "another answer"),
    Case("takes-any-version", ["messages.version"], "request 9000"),
    Case("takes-any-id", ["messages.id"], "id must be an integer"),
    Case("takes-any-member", ["messages.members"], "request 9000"),
    Case("takes-doubles", ["messages.members"], "request 9000"),
    Case("takes-any-params", ["messages.members"], "request 9000"),
    Case("takes-any-kind", ["messages.kind"], "request 9000"),
    Case("takes-stray-answers", ["messages.stray-answer"], "still open"),
    Case("knows-everything", ["requests.unknown"], "the result {}"),
    Case("long-winded", ["requests.unknown"], "one line"),
    Case("answers-twice", ["requests.unknown"], "a second answer"),
    Case("needs-params", ["requests.params"], "exit code 1"),
    Case("short-ids", ["requests.ids"], "exit code 1"),
    Case("mixes-up", ["requests.order"], "the answer of the method that was called"),
    Case("strict", ["requests.ignored"], "exit code 1"),
    Case("takes-double-ids", ["requests.duplicate"], "another answer"),
    Case("busy", ["ping.busy"], "nothing within"),
    Case(
      "deaf-to-cancel", ["cancel.stops", "cancel.early", "deadline.passed", "requests.concurrent", "drain.waits", "streams.cancel"],
      "nothing within"),
    Case("ahead-of-credit", ["streams.credit", "streams.cancel"], "ahead of its credit"),
    Case("long-chunks", ["streams.credit", "streams.cancel"], "a chunk of 65537 bytes"),
    Case("bare-base64", ["streams.credit", "streams.cancel"], "not canonical base64"),
    Case("stingy", ["streams.upload"], "nothing within"),
    Case("generous", ["streams.upload"], "never sent"),
    Case("keeps-serving", ["drain.refuses", "drain.waits"], "-31010"),
    Case("drains-early", ["drain.waits"], "it came before"),
    Case("ends-badly", ["exit.shutdown", "drain.refuses"], "exit code 3"),
    Case("never-ends", ["exit.shutdown", "drain.refuses"], "still runs"),
    Case("outlives-host", ["frames.truncated", "exit.eof", "exit.busy"], "still runs"),
    Case("talks-on-stdout", ["output.stdout"], "log lines on stdout"),
  ]

  @Test func `one that keeps every rule passes every check`() async throws {
    let verdict = try await Kit.verdict(Kit.fixture("nothing", patience: .seconds(30)))
    #expect(verdict.isPassed, "\(verdict.complaints)")
    #expect(verdict.skipped == [], "\(verdict.skipped)")
  }

  @Test(arguments: cases) func `one that breaks a rule fails for it`(case: Case) async throws {
    // These start thirty processes: for those only that take what they should not.
    let many: Set = ["frames.garbage", "frames.utf8", "messages.version", "messages.id", "messages.members", "messages.kind"]
    let takesToo = `case`.mode.contains("takes")
    let leftOut = takesToo || `case`.mode.contains("garbage") ? [] : many
    // Who takes what it should not answers at once; the others are waited for in vain.
    let patience: Duration = takesToo ? .seconds(30) : .seconds(3)
    let verdict = try await Kit.verdict(Kit.fixture(`case`.mode, patience: patience), leavingOut: leftOut)
    #expect(Set(verdict.failed) == `case`.failing, "\(verdict.complaints)")
    #expect(verdict.complaints.contains(`case`.words), "\(verdict.complaints)")
  }

  /// Each check is failed by some plugin: none only ever passes.
  @Test func `every check can fail`() {
    let failing = Self.cases.reduce(into: Set<String>()) { $0.formUnion($1.failing) }
    let checks = Set((CheckList.handshake + CheckList.everybody).map(\.id))
    #expect(checks.subtracting(failing) == [])
  }
}
