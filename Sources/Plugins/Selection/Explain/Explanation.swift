/// Why a contender was, or was not, selected: every least change of a fact about it, or of a rule, that turns its own outcome round.
///
/// Each way is minimal in itself: with fewer names or faults, or a number moved less far, the outcome stays as it was. (Where two totals are
/// equal by the formula, the rounding of doubles decides, here as in the selector.) The ways are those of the
/// facts in ``DecidingFact``; that other contenders were worse, or that a user may insist on anyone of the batch, is always true and says nothing.
struct Explanation: Sendable, Equatable {
  struct Way: Sendable, Equatable {
    let facts: [DecidingFact]
    /// How many facts change: a name and a fault count one each, so does a number.
    let size: Int
    /// The contender selected then.
    let selected: Int?
  }

  /// Smallest first.
  private(set) var ways: [Way] = []
  /// All sets of fewer names and faults than this were tried.
  private(set) var triedBelow = 1

  private let contest: Contest
  private let index: Int
  private let wasSelected: Bool

  /// - Parameter index: of the contender in question.
  init(of index: Int, in contest: Contest) {
    self.contest = contest
    self.index = index
    wasSelected = contest.selected() == index
    addMerits()
    addSwitches()
    addNumbers()
    ways = ways.enumerated().sorted { ($0.element.size, $0.offset) < ($1.element.size, $1.offset) }.map(\.element)
  }

  /// Whether the outcome of the contender in question is another one.
  func turns(_ changed: Contest) -> Bool { (changed.selected() == index) != wasSelected }

  private mutating func add(_ facts: [DecidingFact], size: Int = 1) {
    let changed = contest.with(facts, for: index)
    guard turns(changed) else { return }
    ways.append(Way(facts: facts, size: size, selected: changed.selected()))
  }

  /// Wanted names and faults, of which several may have to change together.
  private mutating func addMerits() {
    let kinds = meritKinds()
    let found = SmallestSets(limits: kinds.map(\.count)).find { counts in
      let changed = contest.with(Explanation.facts(kinds, counts), for: index)
      return contest.keepsBatch(index, base: changed.contenders[index].base(changed.rules).total) && turns(changed)
    }
    for counts in found.ways { add(Explanation.facts(kinds, counts), size: counts.reduce(0, +)) }
    triedBelow = found.triedBelow
  }

  /// In a loop: the optimizer of Swift 6.3.1 crashes on the same as a `compactMap` of pairs.
  private static func facts(_ kinds: [Kind], _ counts: [Int]) -> [DecidingFact] {
    var facts: [DecidingFact] = []
    for index in kinds.indices where counts[index] > 0 { facts.append(kinds[index].make(counts[index])) }
    return facts
  }

  /// Facts that are alike, and the change of so many of them.
  private struct Kind {
    let count: Int
    let make: (Int) -> DecidingFact
  }

  private func meritKinds() -> [Kind] {
    let contender = contest.contenders[index]
    var kinds = contender.fields.map { field in
      wasSelected
        ? Kind(count: field.matched.count) { .namesRemoved(field.field, Array(field.matched.prefix($0)), choice: field.matched) }
        : Kind(count: field.missing.count) { .namesAdded(field.field, Array(field.missing.prefix($0)), choice: field.missing) }
    }
    if !wasSelected {
      let faults = Dictionary(grouping: contender.tieBreak.faults) { $0 }.sorted { $0.key < $1.key }
      kinds += faults.map { severity, all in Kind(count: all.count) { .faultsCleared(severity, count: $0) } }
    }
    return kinds.filter { $0.count > 0 }
  }

  private mutating func addSwitches() {
    add([.promoteFitting(from: contest.rules.promoteFitting, to: !contest.rules.promoteFitting)])
    let quota = contest.rules.coldStartQuota
    let newcomers = contest.contenders.count(where: \.isColdStart)
    let others = (0...max(newcomers, quota)).filter { $0 != quota }.sorted { (abs($0 - quota), $0) < (abs($1 - quota), $1) }
    let (contest, index) = (contest, index)
    if let other = others.first(where: { turns(contest.with(.coldStartQuota(from: quota, to: $0), for: index)) }) {
      add([.coldStartQuota(from: quota, to: other)])
    }
  }

  private mutating func addNumbers() {
    for number in contest.numbers(of: index) {
      let value = NearestFlip(current: number.current, range: number.range, breakpoints: number.breakpoints).find { value in
        let changed = contest.with(number.fact(value), for: index)
        return (!number.movesBase || contest.keepsBatch(index, base: changed.contenders[index].base(changed.rules).total)) && turns(changed)
      }
      if let value { add([number.fact(value)]) }
    }
  }
}
