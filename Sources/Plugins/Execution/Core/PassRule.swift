/// When a requirement has passed (DECISIONS 18): every criterion passed, no check failed, validation found no error.
struct PassRule: Sendable, Equatable {
  /// The share of criteria that must pass, 0.5…1.
  let threshold: Double

  init(threshold: Double = 1) { self.threshold = min(1, max(0.5, threshold)) }

  struct Verdict: Sendable, Equatable {
    var total: Int
    var passed: Int
    var isPassed: Bool

    /// 0…1; 0 without criteria.
    var rate: Double { total == 0 ? 0 : Double(passed) / Double(total) }
  }

  /// - Parameter criteria: the ids the requirement is measured by: one the report does not mention has failed.
  func verdict(criteria: [String], report: QAReport, checksSucceeded: Bool, validationErrors: Int) -> Verdict {
    let good = Set(report.findings.filter(\.passed).map(\.id)).subtracting(report.findings.filter { !$0.passed }.map(\.id))
    let passed = criteria.filter(good.contains).count
    let share = criteria.isEmpty ? (report.overallPass ? 1 : 0) : Double(passed) / Double(criteria.count)
    let isPassed = share >= threshold && checksSucceeded && validationErrors == 0
    return Verdict(total: criteria.count, passed: passed, isPassed: isPassed)
  }
}
