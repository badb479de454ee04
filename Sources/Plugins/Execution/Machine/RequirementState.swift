import JSONRPC

/// How far one requirement has come.
struct RequirementState: Sendable, Equatable {
  enum Stage: String, Sendable {
    case waiting, designing, implementing, validating, checking, judging, merging
    case passed, failed, skipped

    /// Nothing more happens to it in this inner round.
    var isClosed: Bool { self == .passed || self == .failed || self == .skipped }
    var isActive: Bool { !isClosed && self != .waiting && self != .merging }
  }

  let id: String
  /// Nil until the acceptance step.
  var criteria: [Criterion]?
  var worker: Worker?
  var stage = Stage.waiting
  /// The inner round of its last try; 0 = none yet.
  var innerRound = 0
  /// 1, then one more for each merge conflict within the inner round.
  var attempt = 1
  /// The commit its work starts from.
  var base = ""
  var blueprint: JSON = .null
  var commit = ""
  /// What the last try wrote.
  var files: [String] = []
  var validation: ValidationResult?
  var checks: [CheckResult] = []
  var report: QAReport?
  var passedCriteria: [String] = []
  /// For the next try.
  var feedback: [String] = []
  /// Of the current inner round.
  var usage = Usage()
  var error = ""

  init(id: String) { self.id = id }

  /// Criteria that no report has passed yet, or all of them when none is left open.
  var openCriteria: [Criterion] {
    let all = criteria ?? []
    let open = all.filter { !passedCriteria.contains($0.id) }
    return open.isEmpty ? all : open
  }

  /// Where journal entries and commits of this try belong: `REQ-001/r1/a1`.
  var tryPath: String { "\(id)/r\(innerRound)/a\(attempt)" }

  /// The share of the way to passed, for the progress bar.
  var fraction: Double {
    switch stage {
    case .waiting: 0
    case .designing: 0.1
    case .implementing: 0.3
    case .validating: 0.6
    case .checking: 0.65
    case .judging: 0.7
    case .merging: 0.85
    case .failed, .skipped: 0.9
    case .passed: 1
    }
  }

  /// Ready for another try; what is known about passed criteria and the feedback stays.
  mutating func reopen(innerRound: Int) {
    stage = .waiting
    self.innerRound = innerRound
    attempt = 1
    usage = Usage()
    error = ""
  }

  mutating func start(from base: String) {
    stage = .designing
    self.base = base
    blueprint = .null
    commit = ""
    files = []
    validation = nil
    checks = []
    report = nil
  }

  mutating func fail(_ reason: String, feedback: [String]) {
    stage = .failed
    error = reason
    self.feedback = feedback
  }
}
