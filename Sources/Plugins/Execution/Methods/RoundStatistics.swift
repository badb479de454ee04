import JSONRPC

/// Real cost, time and pass rate of past rounds (DECISIONS 25).
struct RoundStatistics: Sendable, Equatable {
  private struct Period: Sendable, Equatable {
    var counts: [String: Int] = [:]
    var tokens: Int64 = 0
    var cost = 0.0

    mutating func add(_ status: String, _ row: JSON) {
      counts[status, default: 0] += 1
      tokens += row["total_tokens"].int ?? 0
      cost += row["total_cost_usd"].double ?? 0
    }
  }

  private let isHourly: Bool
  private var all = Period()
  private var periods: [String: Period] = [:]
  private var durations: [Double] = []

  init(isHourly: Bool) { self.isHourly = isHourly }

  /// - Parameter row: a terminal round: `status`, `created_at`, `duration_seconds`, `total_tokens`, `total_cost_usd` (number).
  mutating func add(_ row: JSON) {
    let status = row["status"].string ?? ""
    let created = row["created_at"].string ?? ""
    let period = isHourly ? String(created.prefix(13)) + ":00:00Z" : String(created.prefix(10)) + "T00:00:00Z"
    all.add(status, row)
    periods[period, default: Period()].add(status, row)
    if let seconds = row["duration_seconds"].double { durations.append(seconds) }
  }

  func json(byAgent: JSON) -> JSON {
    let total = all.counts.values.reduce(0, +)
    let sorted = durations.sorted()
    let average = sorted.isEmpty ? 0 : sorted.reduce(0, +) / Double(sorted.count)
    let rate = total == 0 ? 0 : 100 * Double(all.counts["completed", default: 0]) / Double(total)
    let byStatus = ["completed", "failed", "cancelled"].map { ($0, JSON.int(all.counts[$0, default: 0])) }
    return [
      "total": .int(total), "by_status": .object(JSONObject(byStatus)), "success_rate": .double(rate),
      "avg_duration_seconds": .double(average), "p95_duration_seconds": .double(RoundStatistics.percentile(sorted, 0.95)),
      "total_tokens": .int(all.tokens), "total_cost_usd": .double(all.cost), "by_agent": byAgent,
      "series": .array(
        periods.sorted { $0.key < $1.key }.map { period, sums in
          [
            "period": .string(period), "completed": .int(sums.counts["completed", default: 0]),
            "failed": .int(sums.counts["failed", default: 0]), "cancelled": .int(sums.counts["cancelled", default: 0]),
            "tokens": .int(sums.tokens), "cost": .double(sums.cost),
          ]
        }),
    ]
  }

  /// Nearest rank; 0 of nothing.
  private static func percentile(_ sorted: [Double], _ share: Double) -> Double {
    guard !sorted.isEmpty else { return 0 }
    let rank = Int((share * Double(sorted.count)).rounded(.up))
    return sorted[min(max(rank, 1), sorted.count) - 1]
  }
}
