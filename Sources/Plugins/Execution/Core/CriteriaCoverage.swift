/// Which acceptance criteria some planned file answers for.
struct CriteriaCoverage: Sendable, Equatable {
  let covered: [String]
  let uncovered: [String]

  init(plan: [PlannedFile], criteria: [String]) {
    let named = Set(plan.flatMap(\.criteriaIDs))
    covered = criteria.filter(named.contains)
    uncovered = criteria.filter { !named.contains($0) }
  }

  var isComplete: Bool { uncovered.isEmpty }

  /// 0…1; 1 without criteria.
  var ratio: Double {
    let all = covered.count + uncovered.count
    return all == 0 ? 1 : Double(covered.count) / Double(all)
  }
}
