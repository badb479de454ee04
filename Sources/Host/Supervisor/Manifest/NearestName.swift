/// Finds what a misspelt name was meant to be.
package enum NearestName {
  /// - Returns: the candidate fewest edits away, if that is close enough to be a slip of the hand.
  package static func of(_ name: String, among candidates: some Sequence<String>) -> String? {
    let limit = max(1, min(3, name.count / 3))
    let ranked = candidates.map { (name: $0, distance: distance(Array(name.utf8), Array($0.utf8))) }
    guard let best = ranked.min(by: { ($0.distance, $0.name) < ($1.distance, $1.name) }), best.distance <= limit else { return nil }
    return best.name
  }

  /// The text that follows an "unknown …" message.
  package static func hint(_ name: String, among candidates: some Sequence<String>) -> String {
    of(name, among: candidates).map { ", did you mean '\($0)'?" } ?? ""
  }

  /// Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment).
  private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for i in left.indices {
      var row = [i + 1]
      for j in right.indices {
        var cost = min(last[j + 1] + 1, row[j] + 1, last[j] + (left[i] == right[j] ? 0 : 1))
        if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] { cost = min(cost, beforeLast[j - 1] + 1) }
        row.append(cost)
      }
      (beforeLast, last) = (last, row)
    }
    return last[right.count]
  }
}
