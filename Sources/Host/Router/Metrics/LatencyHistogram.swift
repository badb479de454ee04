/// Counts durations in buckets that double, from one microsecond to an hour: enough for a percentile within a factor of two.
package struct LatencyHistogram: Sendable, Equatable {
  private static let bucketCount = 33
  /// Bucket n holds durations below 2ⁿ µs that are in no earlier one.
  package private(set) var buckets = [Int](repeating: 0, count: bucketCount)
  package private(set) var count = 0
  /// Wraps after 292 000 years of latency.
  package private(set) var sumMicroseconds: Int64 = 0

  package init() {}

  package mutating func record(microseconds: Int64) {
    let value = max(0, microseconds)
    buckets[min(Int64.bitWidth - value.leadingZeroBitCount, Self.bucketCount - 1)] += 1
    count += 1
    sumMicroseconds &+= value
  }

  /// How many took less than 2ⁿ µs.
  package func count(belowPowerOfTwo exponent: Int) -> Int { buckets.prefix(exponent + 1).reduce(0, +) }

  /// The upper bound of the bucket that holds the quantile; 0 when nothing was recorded.
  package func microseconds(quantile: Double) -> Int64 {
    let rank = Int((Double(count) * quantile).rounded(.up))
    var seen = 0
    for (index, bucket) in buckets.enumerated() {
      seen += bucket
      if seen >= rank, seen > 0 { return Int64(1) << Int64(index) }
    }
    return 0
  }
}
