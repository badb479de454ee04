import JSONRPC
import PluginKit

/// What a ranking is to be made with instead of what is the case.
///
/// `{"weights":{"role","role_word","skills","domains"},"threshold","estimated_score","skills":{"<agent id>":[name]},"domains":{…},"duty":["<agent id>"],"off":["generated"|"threshold"|"role"|"skills"|"domains"]}`,
/// all optional. The same words name what would have changed an outcome, so that every answer can be tried.
struct WhatIf: Sendable, Equatable {
  /// A part that can be left out.
  enum Switch: String, Sendable, CaseIterable { case generated, threshold, role, skills, domains }

  /// Numbers to set.
  enum Number: String, Sendable, CaseIterable {
    case role, roleWord = "role_word", skills, domains, threshold, estimatedScore = "estimated_score"

    var isWeight: Bool { self != .threshold && self != .estimatedScore }
  }

  var numbers: [Number: Double] = [:]
  /// Names an agent is taken to offer, by its id.
  var skills: [String: [String]] = [:]
  var domains: [String: [String]] = [:]
  /// Agents whose duty is taken to be the role.
  var duty: Set<String> = []
  var off: Set<Switch> = []

  /// This and another, laid over it.
  func and(_ other: WhatIf) -> WhatIf {
    WhatIf(
      numbers: numbers.merging(other.numbers) { $1 }, skills: skills.merging(other.skills) { $0 + $1 },
      domains: domains.merging(other.domains) { $0 + $1 }, duty: duty.union(other.duty), off: off.union(other.off))
  }
}

extension LibraryShelf {
  /// This shelf as it would be.
  func with(_ change: WhatIf) -> LibraryShelf {
    var shelf = self
    for (number, value) in change.numbers { shelf.set(number, value) }
    for index in shelf.books.indices {
      let id = String(shelf.books[index].agent.id)
      shelf.books[index].match.offer(skills: change.skills[id] ?? [], domains: change.domains[id] ?? [])
      if change.duty.contains(id) { shelf.books[index].match.role = .whole }
    }
    for part in change.off { shelf.leaveOut(part) }
    return shelf
  }

  func number(_ number: WhatIf.Number) -> Double? {
    switch number {
    case .role: rules.role
    case .roleWord: rules.roleWord
    case .skills: rules.skills
    case .domains: rules.domains
    case .threshold: rules.threshold
    case .estimatedScore: generated?.estimatedScore
    }
  }

  private mutating func set(_ number: WhatIf.Number, _ value: Double) {
    switch number {
    case .role: rules.role = value
    case .roleWord: rules.roleWord = value
    case .skills: rules.skills = value
    case .domains: rules.domains = value
    case .threshold: rules.threshold = value
    case .estimatedScore: generated?.estimatedScore = value
    }
  }

  private mutating func leaveOut(_ part: WhatIf.Switch) {
    switch part {
    case .generated: generated = nil
    case .threshold: rules.threshold = 0
    case .role:
      rules.role = 0
      rules.roleWord = 0
    case .skills: rules.skills = 0
    case .domains: rules.domains = 0
    }
  }
}
