import Conformance
import Foundation
import TestSupport
import Testing

/// The table of checks in docs/PROTOCOL.md, section 13.
@Suite struct DocumentedCheckTests {
  private static let checks = CheckList.handshake + CheckList.everybody + CheckList.order.flatMap { CheckList.capabilities[$0] ?? [] }

  @Test func `the protocol lists exactly the checks there are`() throws {
    let text = try String(contentsOf: HostProcess.sources.appending(path: "docs/PROTOCOL.md"), encoding: .utf8)
    let rows = text.matches(of: /(?m)^\| `([a-z0-9-]+\.[a-z0-9-]+)` \| ([0-9.]+) \| (.+) \|$/).map { "\($0.1) \($0.2) \($0.3)" }
    #expect(rows == Self.checks.map { "\($0.id) \($0.section) \($0.title)" })
  }

  @Test func `an id means one check, and its section is there`() throws {
    let text = try String(contentsOf: HostProcess.sources.appending(path: "docs/PROTOCOL.md"), encoding: .utf8)
    #expect(Set(Self.checks.map(\.id)).count == Self.checks.count)
    for check in Self.checks {
      #expect(text.contains("\n## \(check.section). ") || text.contains("\n### \(check.section) "), "\(check.id)")
    }
  }
}
