import JSONRPC

/// What a project has cost so far. Source: contract http.md, section 12.6.
struct ProjectTotals: Sendable, Equatable {
  var usage = Usage()
  var seconds = 0.0

  /// `XhYm`, or `Ym` under one hour.
  var runTime: String {
    let minutes = Int(seconds / 60)
    return minutes < 60 ? "\(minutes)m" : "\(minutes / 60)h\(minutes % 60)m"
  }

  /// - Parameter rows: terminal rounds with `total_tokens`, `cost` (number) and `duration_seconds`.
  init(rows: [JSON], and usage: Usage, seconds: Double) {
    for row in rows {
      self.usage.tokens += row["total_tokens"].int ?? 0
      self.usage.microDollars += Usage.microDollars(row["cost"].double ?? 0)
      self.seconds += row["duration_seconds"].double ?? 0
    }
    self.usage += usage
    self.seconds += seconds
  }

  /// The project's columns.
  func set(isCompleted: Bool) -> JSONObject {
    var set: JSONObject = [
      "total_cost": .string(usage.centsText), "credits_usage": .int((usage.tokens + 999) / 1000), "run_time": .string(runTime),
    ]
    if isCompleted {
      set["phase"] = "delivery"
      set["progress"] = 100
    }
    return set
  }
}
