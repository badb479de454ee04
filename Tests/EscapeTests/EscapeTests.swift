import Foundation
import Testing

/// docs/THREATS.md says what becomes of each attack from inside each kind of sandbox, and without one. Here it is tried.
@Suite(.serialized) struct EscapeTests {
  @Test(arguments: Confinement.allCases)
  func `every attack ends as the table of threats says`(confinement: Confinement) async throws {
    let table = try ThreatTable.read()
    let ground = try await BattleGround.open()
    let seen = try await ground.attack(confinement)
    #expect(seen.count == table.rows.count && seen.count >= 25, "an attack is missing in the table, or the attacker has ended early")
    for row in table.rows {
      let expected = row.outcomes[confinement]
      #expect(
        seen[row.attack] == expected, "\(row.attack), \(confinement.rawValue): \(seen[row.attack] ?? "not tried"), not \(expected ?? "")")
    }
  }

  @Test(.enabled(if: geteuid() == 0, "what root may do is the measure"))
  func `without a sandbox the same attacks succeed, but for those the machine itself stops`() async throws {
    let table = try ThreatTable.read()
    let ground = try await BattleGround.open()
    let seen = try await ground.attackInTheOpen()
    for row in table.rows {
      // Another machine may stop less.
      let isAsWritten = seen[row.attack] == row.open || (row.open != ThreatTable.succeeded && seen[row.attack] == ThreatTable.succeeded)
      #expect(isAsWritten, "\(row.attack): \(seen[row.attack] ?? "not tried"), not \(row.open)")
    }
    #expect(table.rows.count { $0.open == ThreatTable.succeeded } >= 25)
  }

  @Test func `no attack succeeds but those that a profile grants`() throws {
    for row in try ThreatTable.read().rows {
      let granted = Set(row.outcomes.filter { $0.value == ThreatTable.succeeded }.map(\.key))
      #expect(granted == ThreatTable.granted[row.attack, default: []], "\(row.attack)")
    }
  }
}
