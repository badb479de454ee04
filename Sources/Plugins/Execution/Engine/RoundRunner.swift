import JSONRPC
import PluginKit
import PluginProtocol

/// Leads one leased round from its checkpoint to its end.
///
/// The loop decides (``RoundState/next``), acts (``StepExecutor``) and stores each result with its rows in one fenced transaction; the state
/// changes here only, so that what a step sees and what is stored are the same.
struct RoundRunner: JobRunner {
  let host: PatientHost
  let context: RoundContext
  let config: EngineConfig
  let executor: StepExecutor
  let log: PluginLog
  private var rows: RoundRows
  private var state: RoundState
  private var clock: WorkClock
  private var lastSeq: Int64 = 0

  init(host: PatientHost, context: RoundContext, config: EngineConfig, executor: StepExecutor, log: PluginLog) {
    self.host = host
    self.context = context
    self.config = config
    self.executor = executor
    self.log = log
    rows = RoundRows(context: context, collections: executor.collections)
    state = RoundState(options: context.options)
    clock = WorkClock(now: .now)
  }

  /// How many workers in a row may be lost without a new checkpoint.
  static let recoveryLimit: Int64 = 3

  /// - Throws: ``RoundEnd`` or `CancellationError`; then nothing has been written about the end.
  ///
  /// - Parameter row: the round as it was when the job was leased.
  mutating func run(row: JSON) async throws {
    let isRecovery = row["status"].string == "running"
    try await commit(isRecovery ? rows.recover() : rows.start(), operation: "start")
    try await load()
    let lost = (row["recovery_count"].int ?? 0) + (isRecovery ? 1 : 0)
    guard lost - state.recoveries <= RoundRunner.recoveryLimit else {
      throw RoundEnd.failed(code: "worker_lost", message: "\(lost - state.recoveries) workers were lost at the same step")
    }
    state.recoveries = lost
    try await loop()
    try await finish()
  }

  // MARK: - The loop

  private mutating func loop() async throws {
    try await withThrowingTaskGroup(of: (RoundStep, StepResult).self) { group in
      var running: Set<RoundStep> = []
      while true {
        for step in state.next where !running.contains(step) && running.count < state.concurrency {
          running.insert(step)
          // A job that waits for a worker is not slow.
          let (executor, state, limit) = (executor, state, state.shards.isEmpty ? config.stepTime : config.roundTime)
          group.addTask { (step, try await RoundRunner.timed(step, limit) { try await executor.perform(step, in: state) }) }
        }
        guard let (step, result) = try await group.next() else { return }
        running.remove(step)
        try await take(result, of: step)
      }
    }
  }

  private mutating func take(_ result: StepResult, of step: RoundStep) async throws {
    let before = state
    state.apply(result, of: step)
    try checkLimits()
    track(before)
    let own = rows.steps(for: step, result, before: before, after: state, clock: clock)
    let framed = rows.framed(own, step: step, after: state, lastSeq: lastSeq)
    try await commit(framed, operation: "step/\(state.revision)")
    if case .planned = result { rows.tasks = try await tasks() }
    log.debug("step done", ["round": context.id, "step": step.name, "requirement": step.requirement ?? ""])
  }

  private mutating func track(_ before: RoundState) {
    for requirement in state.requirements {
      let old = before[requirement.id]?.stage
      if requirement.stage == .designing, old != .designing, requirement.attempt == 1 { clock.start(requirement.id, at: .now) }
      if requirement.stage.isClosed, old != requirement.stage { clock.stop(requirement.id, at: .now) }
    }
  }

  private func checkLimits() throws(RoundEnd) {
    guard state.usage.calls <= Int64(config.callLimit) else {
      throw .failed(code: "quota_exceeded", message: "more than \(config.callLimit) model calls")
    }
    guard state.usage.tokens <= Int64(config.tokenLimit) else {
      throw .failed(code: "quota_exceeded", message: "more than \(config.tokenLimit) tokens")
    }
  }

  /// A step that takes too long fails like any other.
  static func timed(
    _ step: RoundStep, _ limit: Duration, _ body: @escaping @Sendable () async throws -> StepResult
  ) async throws -> StepResult {
    try await withThrowingTaskGroup(of: StepResult?.self) { group in
      group.addTask { try await body() }
      group.addTask {
        try await Task.sleep(for: limit)
        return nil
      }
      defer { group.cancelAll() }
      if let result = try await group.next() ?? nil { return result }
      let reason = "\(step.name) took longer than \(limit.components.seconds) s"
      guard step.isWork else { throw RoundEnd.failed(code: "timeout", message: reason) }
      return .failed(reason, Usage())
    }
  }

  // MARK: - Storage

  private mutating func commit(_ steps: [StorageStep], operation: String) async throws {
    // A resumed round has a new job, whose epochs begin again.
    let id = "\(context.job)/\(context.epoch)/\(operation)"
    do {
      let results = try await host.transact(steps, operationID: id)
      lastSeq = results.compactMap { $0["seq"].int }.max() ?? lastSeq
    } catch let error as RPCError {
      // The round is no longer in the state this worker left it in: cancelled, or taken over.
      if error.applicationCode == "expectation" { throw RoundEnd.leaseLost }
      throw RoundEnd.failed(code: "runner_failed", message: "storage: \(error.message)")
    }
  }

  /// The newest checkpoint, if there is one; the workspace is put where it says.
  private mutating func load() async throws {
    let shape = Shape.fields("seq", "state")
    let newest = try await host.row(
      .init("execution_checkpoint", filter: [.eq("execution_round", .string(context.id))], order: ["-revision"], shape: .inline(shape)))
    guard let newest, let saved = RoundState(json: newest["state"]) else { return }
    state = saved
    state.reopen(with: context.options)
    lastSeq = newest["seq"].int ?? 0
    rows.tasks = try await tasks()
    log.info("round resumed", ["round": context.id, "revision": String(state.revision)])
    // Requirements with jobs of their own are at work in it.
    if !state.head.isEmpty, state.shards.isEmpty { _ = try await executor.workspace.prepare(head: state.head) }
  }

  private func tasks() async throws -> [String: Int64] {
    let filter: [Condition] = [.eq("execution_round", .string(context.id)), .eq("inner_round_number", 1)]
    let shape = Shape.fields("requirement_id", "task")
    let rows = try await host.rows(.init("requirement_execution", filter: filter, limit: 1000, shape: .inline(shape)))
    return Dictionary(rows.compactMap { row in row["task"].int.map { (row["requirement_id"].string ?? "", $0) } }) { first, _ in first }
  }

  private mutating func finish() async throws {
    for requirement in state.requirements { try await executor.recordOutcome(of: requirement, log) }
    let usage = try await recordedUsage() ?? state.usage
    let shape = Shape([
      "total_tokens", .number("cost", field: "total_cost_usd"), .seconds("duration_seconds", from: "started_at", to: "completed_at"),
    ])
    let others = try await host.rows(
      .init(
        "execution_round",
        filter: [.eq("project", .int(context.project)), .isIn("status", ExecutionRoundSpec.terminal), .ne("id", .string(context.id))],
        limit: 1000, shape: .inline(shape)))
    let own = try await host.row(.init("execution_round", filter: [.eq("id", .string(context.id))], shape: .inline(shape)))
    let seconds = own?["duration_seconds"].double ?? 0
    let totals = ProjectTotals(rows: others, and: usage, seconds: seconds)
    try await commit(rows.finish(state, usage: usage, totals: totals, durationSeconds: seconds), operation: "finish")
  }

  /// The sums over the usage rows of the round; nil when there are none. They win over the runner's own figures.
  private func recordedUsage() async throws -> Usage? {
    guard executor.collections.contains("usage_record") else { return nil }
    let read = StorageRead.aggregate(
      .init(
        "usage_record", filter: [.eq("execution_round", .string(context.id))],
        measures: [.count("calls"), .init("tokens", .sum, "total_tokens"), .init("cost", .sum, "cost_usd")]))
    let row = try await host.read(read)["rows"][0]
    guard let calls = row["calls"].int, calls > 0 else { return nil }
    return Usage(tokens: row["tokens"].int ?? 0, microDollars: Usage.microDollars(row["cost"].double ?? 0), calls: calls)
  }

  /// Records that the round has failed.
  mutating func fail(code: String, message: String) async throws {
    try await commit(rows.fail(code: code, message: message), operation: "fail")
  }
}
