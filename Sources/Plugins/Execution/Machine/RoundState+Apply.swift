import JSONRPC

extension RoundState {
  /// Takes in what a step brought. Pure: the same state and result give the same state on every machine.
  mutating func apply(_ result: StepResult, of step: RoundStep) {
    revision += 1
    usage += result.usage
    if let id = step.requirement { update(id) { $0.usage += result.usage } }
    switch result {
    case .gathered(let agreed, let head):
      self.agreed = agreed
      self.head = head
    case .specified(let spec, _):
      self.spec = spec
      requirements = spec.requirements.map { RequirementState(id: $0.id) }
    case .contracted(let contract, _): self.contract = contract
    case .planned: isPlanned = true
    case .opened: openRound()
    case .begun: beginBatch()
    case .delivered: isDelivered = true
    case .summarised(let text, _): summary = text
    case .failed(let reason, _):
      if let id = step.requirement { update(id) { $0.fail(reason, feedback: [reason]) } }
    default:
      if let id = step.requirement { apply(result, to: id) }
    }
    advance()
    percent = max(percent, ProgressRule.percent(of: self))
  }

  private mutating func apply(_ result: StepResult, to id: String) {
    switch result {
    case .accepted(let criteria, _): update(id) { $0.criteria = criteria }
    case .staffed(let worker, _): update(id) { $0.worker = worker }
    case .followed(let own):
      usage += own.usage - (self[id]?.usage ?? Usage())
      update(id) { $0 = own }
      if !options.prMode, !own.commit.isEmpty { head = own.commit }
    case .designed(let blueprint, _):
      update(id) {
        $0.blueprint = blueprint
        $0.stage = .implementing
      }
    case .implemented(let commit, let files, _): implemented(id, commit, files)
    case .validated(let validation):
      update(id) {
        $0.validation = validation
        $0.stage = .checking
      }
    case .checked(let checks):
      update(id) {
        $0.checks = checks
        $0.stage = .judging
      }
    case .judged(let report, _): judged(id, report)
    case .merged(let head):
      self.head = head
      update(id) {
        $0.stage = .passed
        $0.feedback = []
      }
    case .conflicted(let files): conflicted(id, files)
    case .regressed(let checks):
      update(id) {
        $0.passedCriteria = []
        $0.fail("checks failed on the delivery branch after the merge", feedback: Feedback.lines(regression: checks))
      }
    default: break
    }
  }

  private mutating func implemented(_ id: String, _ commit: String, _ files: [String]) {
    let stage: RequirementState.Stage = options.skipValidation ? .checking : .validating
    update(id) {
      $0.commit = commit
      $0.files = files
      $0.stage = stage
    }
    // Without a branch of its own the work stands on the delivery branch at once.
    if !options.prMode { head = commit }
  }

  private mutating func judged(_ id: String, _ report: QAReport) {
    let rule = PassRule(threshold: options.passThreshold)
    update(id) { requirement in
      requirement.report = report
      let criteria = (requirement.criteria ?? []).map(\.id)
      let verdict = requirement.verdict(by: rule)
      let good = Set(report.findings.filter(\.passed).map(\.id))
      requirement.passedCriteria = criteria.filter(good.contains)
      if verdict?.isPassed == true {
        requirement.stage = .merging
      } else {
        let count = "\(verdict?.passed ?? 0) of \(criteria.count) criteria passed"
        requirement.fail(count, feedback: Feedback.lines(for: requirement))
      }
    }
  }

  private mutating func conflicted(_ id: String, _ files: [String]) {
    let head = head
    update(id) {
      let lines = ["The merge met changes by others in: \(files.joined(separator: ", ")). Work from the files as they are now."]
      if $0.attempt > RoundState.conflictRetryLimit {
        $0.fail("merge conflict in \(files.joined(separator: ", "))", feedback: lines)
      } else {
        $0.attempt += 1
        $0.feedback = lines
        $0.start(from: head)
      }
    }
  }

  private mutating func openRound() {
    let number = innerRound + 1
    innerRound = number
    let open = requirements.filter { $0.stage != .passed }.map(\.id)
    for id in open { update(id) { $0.reopen(innerRound: number) } }
    let levels = DependencyBatches.batches(open, dependencies)
    // Work that goes straight to the delivery branch cannot overlap.
    batches = options.prMode ? levels : levels.flatMap { $0.map { [$0] } }
    batch = 0
    isBatchBegun = false
  }

  private mutating func beginBatch() {
    isBatchBegun = true
    guard batches.indices.contains(batch) else { return }
    let together = Set(batches[batch])
    for id in batches[batch] {
      let blockers = dependencies[id, default: []].filter { self[$0]?.stage != .passed && !together.contains($0) && !waitsFor(id, $0) }
      let head = head
      update(id) {
        if blockers.isEmpty {
          $0.start(from: head)
        } else {
          $0.stage = .skipped
          $0.error = "waits for \(blockers.joined(separator: ", "))"
        }
      }
    }
  }

  /// True when `other` itself needs `id`: members of a cycle do not block each other.
  private func waitsFor(_ id: String, _ other: String) -> Bool {
    var seen: Set<String> = []
    var queue = [other]
    while let node = queue.popLast() {
      for before in dependencies[node, default: []] where seen.insert(before).inserted { queue.append(before) }
    }
    return seen.contains(id)
  }

  private var dependencies: [String: [String]] {
    Dictionary((spec?.requirements ?? []).map { ($0.id, $0.dependsOn) }) { first, _ in first }
  }

  private mutating func advance() {
    guard isBatchBegun, batch < batches.count, members.allSatisfy(\.stage.isClosed) else { return }
    batch += 1
    isBatchBegun = false
  }
}

extension RequirementState {
  /// Nil before QA.
  func verdict(by rule: PassRule) -> PassRule.Verdict? {
    guard let report else { return nil }
    return rule.verdict(
      criteria: (criteria ?? []).map(\.id), report: report, checksSucceeded: checks.allSatisfy(\.succeeded),
      validationErrors: validation?.errors.count ?? 0)
  }
}
