import JSONRPC
import PluginKit
import PluginProtocol

/// Leads one requirement of a sharded round through its steps, under a job of its own that any worker may take (DECISIONS 26).
///
/// It starts from the round's checkpoint and what this requirement's row has saved, and stores each step with its rows in a transaction
/// fenced by its own lease. The round's job follows the saved state (``StepExecutor/follow(_:_:)``), merges and goes on.
struct ShardRunner: JobRunner {
  let host: PatientHost
  let context: RoundContext
  let config: EngineConfig
  let executor: StepExecutor
  let requirement: String
  /// How often the job has been leased.
  let leases: Int64
  private var rows: RoundRows
  private var clock = WorkClock(now: .now)
  private var commits = 0

  init(host: PatientHost, context: RoundContext, config: EngineConfig, executor: StepExecutor, requirement: String, leases: Int64) {
    self.host = host
    self.context = context
    self.config = config
    self.executor = executor
    self.requirement = requirement
    self.leases = leases
    rows = RoundRows(context: context, collections: executor.collections)
  }

  mutating func run(row: JSON) async throws {
    guard row["status"] == "running" else { throw RoundEnd.outage("the round has not gone on yet") }
    guard var state = try await load() else { return try await commit([.complete(job: context.job, epoch: context.epoch)]) }
    try await executor.workspace.discard(executor.tree(requirement))
    clock.start(requirement, at: .now)
    while let own = state[requirement], let step = RoundState.step(for: own) {
      let result = try await RoundRunner.timed(step, config.stepTime) { [executor, state] in try await executor.perform(step, in: state) }
      let before = state
      state.apply(result, of: step)
      guard let after = state[requirement] else { return }
      if after.stage.isClosed { clock.stop(requirement, at: .now) }
      let steps = rows.ownSteps(for: step, result, before: before, after: state, clock: clock)
      try await save(["requirement": after.json], after, isLast: !after.stage.isActive, steps)
    }
  }

  /// Lets the round's job know that it has failed.
  mutating func fail(code: String, message: String) async throws {
    guard let own = try await load()?[requirement] else { return }
    try await save(["failure": ["code": .string(code), "message": .string(message)]], own, isLast: true, [])
  }

  private mutating func save(_ shard: JSONObject, _ own: RequirementState, isLast: Bool, _ steps: [StorageStep]) async throws {
    var shard = shard
    shard["leases"] = .int(leases)
    let mine: StorageStep = .update(
      .init(
        "requirement_execution", filter: [.eq("id", .string(rows.rowID(own))), .eq("celery_task_id", .string(context.job))],
        set: ["shard": .object(shard)], expect: .init(1, tag: "shard")))
    let end: [StorageStep] = isLast ? [.complete(job: context.job, epoch: context.epoch)] : []
    try await commit([rows.atWork, mine] + steps + end)
  }

  private mutating func commit(_ steps: [StorageStep]) async throws {
    commits += 1
    do {
      _ = try await host.transact([rows.fence] + steps, operationID: "\(context.job)/\(context.epoch)/\(commits)")
    } catch let error as RPCError {
      // The round is over or another job has this requirement.
      if error.applicationCode == "expectation" { throw RoundEnd.leaseLost }
      throw RoundEnd.failed(code: "runner_failed", message: "storage: \(error.message)")
    }
  }

  /// The round's newest checkpoint with this requirement as its row has it; nil when there is nothing to do for this job.
  private mutating func load() async throws -> RoundState? {
    let round: [Condition] = [.eq("execution_round", .string(context.id))]
    let newest = try await host.row(
      .init("execution_checkpoint", filter: round, order: ["-revision"], shape: .inline(.fields("state"))))
    guard let newest, var state = RoundState(json: newest["state"]), let own = state.shards.first(where: { $0.id == requirement }) else {
      return nil
    }
    let shape = Shape.fields("celery_task_id", "shard", "task")
    let row = try await host.row(
      .init("requirement_execution", filter: [.eq("id", .string(rows.rowID(own)))], shape: .inline(shape)))
    guard let row, row["celery_task_id"].string == context.job else { return nil }
    rows.tasks = row["task"].int.map { [requirement: $0] } ?? [:]
    if let saved = RequirementState(shard: row["shard"], of: own) { state.update(requirement) { $0 = saved } }
    guard leases - (row["shard"]["leases"].int ?? 0) <= RoundRunner.recoveryLimit + 1 else {
      throw RoundEnd.failed(code: "worker_lost", message: "too many workers were lost at the same step of \(requirement)")
    }
    return state
  }
}

extension StepExecutor {
  private static let followPause = Duration.milliseconds(200)

  /// Waits until the job of a requirement has saved something new.
  func follow(_ id: String, _ state: RoundState) async throws -> StepResult {
    guard let own = state[id] else { throw RoundEnd.failed(code: "runner_failed", message: "no requirement \(id) in this round") }
    let row = RoundRows(context: context, collections: collections).rowID(own)
    while true {
      let shard =
        try await host.row(
          .init("requirement_execution", filter: [.eq("id", .string(row))], shape: .inline(.fields("shard"))))?["shard"] ?? .null
      if let code = shard["failure"]["code"].string {
        throw RoundEnd.failed(code: code, message: shard["failure"]["message"].string ?? "")
      }
      if let saved = RequirementState(shard: shard, of: own), saved != own { return .followed(saved) }
      try await Task.sleep(for: StepExecutor.followPause)
    }
  }
}

extension RequirementState {
  /// What a job has saved of the try that `own` is in; nil when it has not saved anything of it.
  init?(shard: JSON, of own: RequirementState) {
    guard shard["requirement"]["id"].string == own.id else { return nil }
    self.init(json: shard["requirement"])
    guard innerRound == own.innerRound, attempt == own.attempt else { return nil }
  }
}
