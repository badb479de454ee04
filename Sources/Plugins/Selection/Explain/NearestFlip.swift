/// The number nearest to the present one at which a condition begins to hold.
struct NearestFlip: Sendable {
  let current: Double
  let range: ClosedRange<Double>
  /// Where the condition may change; between two neighbours it does not.
  let breakpoints: [Double]

  /// - Returns: nil when it holds nowhere in the range; else the nearest double where it does, to the last digit.
  func find(where holds: (Double) -> Bool) -> Double? {
    let inside = breakpoints.filter { $0.isFinite && range.contains($0) }
    let up = first(inside.filter { $0 >= current }.sorted(), end: range.upperBound, holds)
    let down = first(inside.filter { $0 <= current }.sorted(by: >), end: range.lowerBound, holds)
    switch (up, down) {
    case (let up?, let down?): return up - current <= current - down ? up : down
    default: return up ?? down
    }
  }

  /// Looks into the middle between neighbouring breakpoints, from the present number on.
  private func first(_ sorted: [Double], end: Double, _ holds: (Double) -> Bool) -> Double? {
    var before = current
    for (index, point) in sorted.enumerated() {
      let next = index + 1 < sorted.count ? sorted[index + 1] : end
      for probe in [point, point + (next - point) / 2] where probe != before {
        if holds(probe) { return boundary(from: before, to: probe, holds) }
        before = probe
      }
    }
    return end != before && holds(end) ? boundary(from: before, to: end, holds) : nil
  }

  /// Halves the way between a number where the condition does not hold and one where it does until they are neighbours.
  private func boundary(from outside: Double, to inside: Double, _ holds: (Double) -> Bool) -> Double {
    var outside = outside
    var inside = inside
    while true {
      let middle = outside + (inside - outside) / 2
      guard middle != outside, middle != inside else { return inside }
      if holds(middle) { inside = middle } else { outside = middle }
    }
  }
}
