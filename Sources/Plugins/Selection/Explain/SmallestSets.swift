/// The smallest ways to take from several kinds of things so that a condition holds. Things of one kind are alike, so that only their number counts.
struct SmallestSets: Sendable {
  /// How many of each kind there are.
  let limits: [Int]
  /// Combinations tried before the search is given up.
  var budget = 20_000

  struct Found: Sendable, Equatable {
    /// How many of each kind, one list for each way; all ways take the same number of things.
    var ways: [[Int]] = []
    /// Every combination of fewer things than this was tried.
    var triedBelow: Int
  }

  /// Tries all combinations of one thing, then of two, and so on.
  ///
  /// - Returns: no way when none is small enough for the budget, or there is none.
  func find(where holds: ([Int]) -> Bool) -> Found {
    let all = limits.reduce(0, +)
    var left = budget
    var found = Found(triedBelow: 1)
    while found.triedBelow <= all {
      var counts = [Int](repeating: 0, count: limits.count)
      guard visit(kind: 0, rest: found.triedBelow, &counts, &left, &found.ways, holds) else { return Found(triedBelow: found.triedBelow) }
      if !found.ways.isEmpty { return found }
      found.triedBelow += 1
    }
    return found
  }

  /// - Returns: false when the budget is used up.
  private func visit(
    kind: Int, rest: Int, _ counts: inout [Int], _ left: inout Int, _ ways: inout [[Int]], _ holds: ([Int]) -> Bool
  ) -> Bool {
    if kind == limits.count {
      guard rest == 0 else { return true }
      guard left > 0 else { return false }
      left -= 1
      if holds(counts) { ways.append(counts) }
      return true
    }
    for count in stride(from: min(rest, limits[kind]), through: 0, by: -1) {
      counts[kind] = count
      guard visit(kind: kind + 1, rest: rest - count, &counts, &left, &ways, holds) else { return false }
    }
    counts[kind] = 0
    return true
  }
}
