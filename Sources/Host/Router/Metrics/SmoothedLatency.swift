/// An exponentially weighted mean: the last twenty or so answers decide.
struct SmoothedLatency: Sendable, Equatable {
  private static let weight = 0.1
  private(set) var microseconds: Double?

  mutating func record(microseconds value: Int64) {
    let value = Double(max(0, value))
    microseconds = microseconds.map { $0 + (value - $0) * Self.weight } ?? value
  }
}
