import JSONRPC

/// Everything a round needs to go on: what a checkpoint stores.
struct RoundState: Sendable, Equatable {
  var options: RoundOptions
  /// How many results have been applied.
  var revision = 0
  /// Nil until gathered.
  var agreed: [AgreedRequirement]?
  var spec: Spec?
  var contract: JSON?
  var isPlanned = false
  /// The commit of the delivery branch.
  var head = ""
  /// 0 = none opened.
  var innerRound = 0
  var batches: [[String]] = []
  var batch = 0
  var isBatchBegun = false
  var requirements: [RequirementState] = []
  var usage = Usage()
  var isDelivered = false
  var summary: String?
  /// Never goes down.
  var percent = 5
  /// The round's recovery count at this checkpoint: how often a worker was lost since without getting further shows beside the row's.
  var recoveries: Int64 = 0

  init(options: RoundOptions) { self.options = options }

  /// Takes up a round that had come to its end without passing everything: what passed stays, the rest is tried again.
  mutating func reopen(with options: RoundOptions) {
    self.options = options
    guard !isAllPassed, !isWorkDone else { return }
    isDelivered = false
    summary = nil
  }

  /// How often one requirement may meet a merge conflict in an inner round before it fails.
  static let conflictRetryLimit = 2

  subscript(id: String) -> RequirementState? { requirements.first { $0.id == id } }

  mutating func update(_ id: String, _ change: (inout RequirementState) -> Void) {
    guard let index = requirements.firstIndex(where: { $0.id == id }) else { return }
    change(&requirements[index])
  }

  var passed: [RequirementState] { requirements.filter { $0.stage == .passed } }
  var isAllPassed: Bool { !requirements.isEmpty && passed.count == requirements.count }

  /// The members of the batch at work.
  var members: [RequirementState] {
    guard batches.indices.contains(batch) else { return [] }
    return batches[batch].compactMap { self[$0] }
  }

  /// How many steps may run at once.
  var concurrency: Int { options.parallel ? (options.useTaskSharding ? max(4, requirements.count) : 4) : 1 }

  /// The requirements that have a job of their own now.
  var shards: [RequirementState] {
    guard options.useTaskSharding, isBatchBegun else { return [] }
    let active = members.filter(\.stage.isActive)
    return options.parallel ? active : Array(active.prefix(1))
  }
}

// MARK: - Decide

extension RoundState {
  /// What may be done now, all of it side by side; nothing when the round is over.
  var next: [RoundStep] {
    if agreed == nil { return [.gather] }
    if spec == nil { return [.specify] }
    let open = requirements.filter { $0.criteria == nil }
    if !open.isEmpty { return open.map { .accept($0.id) } }
    if contract == nil { return [.contract] }
    let unstaffed = requirements.filter { $0.worker == nil }
    if !unstaffed.isEmpty { return unstaffed.map { .staff($0.id) } }
    if !isPlanned { return [.plan] }
    if !isWorkDone { return workSteps }
    if !isDelivered { return [.deliver] }
    return summary == nil ? [.summarise] : []
  }

  private var isInnerRoundDone: Bool { innerRound > 0 && batch >= batches.count }

  var isWorkDone: Bool { isInnerRoundDone && (isAllPassed || innerRound >= options.maxRounds) }

  private var workSteps: [RoundStep] {
    if innerRound == 0 || isInnerRoundDone { return [.openRound(innerRound + 1)] }
    if !isBatchBegun { return [.beginBatch] }
    let active = members.filter(\.stage.isActive)
    if !shards.isEmpty { return shards.map { .follow($0.id) } }
    guard active.isEmpty else { return active.compactMap(RoundState.step) }
    return members.first { $0.stage == .merging }.map { [.merge($0.id)] } ?? []
  }

  /// What an active requirement needs next.
  static func step(for requirement: RequirementState) -> RoundStep? {
    switch requirement.stage {
    case .designing: .design(requirement.id)
    case .implementing: .implement(requirement.id)
    case .validating: .validate(requirement.id)
    case .checking: .check(requirement.id)
    case .judging: .judge(requirement.id)
    default: nil
    }
  }
}
