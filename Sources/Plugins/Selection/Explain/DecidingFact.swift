/// Something that was the case when a decision was made, and what it would have to be instead.
enum DecidingFact: Sendable, Equatable {
  /// The agent offers so many more of the wanted names: these, or any others of the choice.
  case namesAdded(RequirementField, [String], choice: [String])
  /// The agent does not offer so many of the names it was liked for.
  case namesRemoved(RequirementField, [String], choice: [String])
  /// The agent is free of so many faults of a severity.
  case faultsCleared(String, count: Int)
  case performance(from: Double, to: Double)
  case recognition(from: Double, to: Double)
  case requirementWeight(from: Double, to: Double)
  case minFitThreshold(from: Double, to: Double)
  /// A weight of the fit, by its name, before all are brought to the sum 1.
  case fitWeight(String, from: Double, to: Double)
  case coldStartQuota(from: Int, to: Int)
  case promoteFitting(from: Bool, to: Bool)
  /// Whom the user insisted on; nil = nobody.
  case userChoice(from: String?, to: String?)
}

extension Contest {
  /// This contest with a fact changed that concerns one contender or the rules.
  func with(_ fact: DecidingFact, for index: Int) -> Contest {
    var contest = self
    switch fact {
    case .namesAdded(let field, let names, _): contest.contenders[index].move(names, in: field, toMatched: true)
    case .namesRemoved(let field, let names, _): contest.contenders[index].move(names, in: field, toMatched: false)
    case .faultsCleared(let severity, let count): contest.contenders[index].clear(count, severity)
    case .performance(_, let value): contest.contenders[index].tieBreak.performance = value
    case .recognition(_, let value): contest.contenders[index].tieBreak.recognition = value
    case .requirementWeight(_, let value): contest.rules.requirementWeight = value
    case .minFitThreshold(_, let value): contest.rules.minFitThreshold = value
    case .fitWeight(let name, _, let value):
      contest.rules.weights = FitWeights.merged(rules.weights, overrides: [NamedWeight(name: name, value: value)])
    case .coldStartQuota(_, let value): contest.rules.coldStartQuota = value
    case .promoteFitting(_, let value): contest.rules.promoteFitting = value
    case .userChoice: break
    }
    return contest
  }

  func with(_ facts: [DecidingFact], for index: Int) -> Contest { facts.reduce(self) { $0.with($1, for: index) } }
}

extension Contender {
  fileprivate mutating func move(_ names: [String], in field: RequirementField, toMatched: Bool) {
    guard let place = fields.firstIndex(where: { $0.field == field }) else { return }
    var all = fields[place]
    let moved = Set(names.map { Term($0) })
    if toMatched {
      all.missing.removeAll { moved.contains(Term($0)) }
      all.matched += names
    } else {
      all.matched.removeAll { moved.contains(Term($0)) }
      all.missing += names
    }
    fields[place] = all
  }

  /// The newest faults of the severity go first, as they are the last of the list.
  fileprivate mutating func clear(_ count: Int, _ severity: String) {
    for _ in 0..<count {
      guard let last = tieBreak.faults.lastIndex(of: severity) else { return }
      tieBreak.faults.remove(at: last)
    }
  }
}
