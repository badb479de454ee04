import JSONRPC
import PluginKit
import PluginProtocol

/// Work that a leased job stands for.
protocol JobRunner: Sendable {
  /// - Parameter row: the round as it was when the job was leased.
  mutating func run(row: JSON) async throws
  mutating func fail(code: String, message: String) async throws
}

/// Leases rounds, and requirements of sharded rounds, and leads them to their end, so many at a time.
struct JobLoop: Sendable {
  let host: Host
  let log: PluginLog
  let config: EngineConfig
  /// The directory of all workspaces.
  let workspaces: String
  let running: RunningRounds

  enum Queue: String {
    case rounds, requirements
  }

  private static let wait = Duration.seconds(20)
  private static let pause = Duration.milliseconds(500)

  /// Runs until it is cancelled.
  func run() async throws {
    try await withThrowingDiscardingTaskGroup { group in
      for _ in 0..<config.workers { group.addTask { try await work(.rounds) } }
      for _ in 0..<config.requirementWorkers { group.addTask { try await work(.requirements) } }
    }
  }

  private func work(_ queue: Queue) async throws {
    while !Task.isCancelled {
      for job in await lease(queue) { await serve(job) }
    }
  }

  private func lease(_ queue: Queue) async -> [JSON] {
    let params: JSON = [
      "queue": .string(queue.rawValue), "max": 1, "ttl_ms": .int(Int64(config.lease.milliseconds)),
      "wait_ms": .int(Int64(JobLoop.wait.milliseconds)),
    ]
    do {
      return try await host.call("jobs.lease", params, deadline: JobLoop.wait + .seconds(10))["jobs"].array ?? []
    } catch {
      // Storage may be restarting; anything else shows in the host's log.
      if !error.isOutage, !Task.isCancelled { log.warning("cannot lease rounds", ["error": error.message]) }
      try? await Task.sleep(for: JobLoop.pause)
      return []
    }
  }

  // MARK: - One job

  private func serve(_ job: JSON) async {
    guard let id = job["id"].string, let cause = job["cause"].string, let round = job["payload"]["round"].string else {
      log.error("a round's job has no id, cause or round", ["job": job["id"].string ?? ""])
      return
    }
    let patient = PatientHost(host: host.with(cause: cause), outage: config.outage)
    let stops = running.begin(round, job: id)
    defer { running.end(round, job: id) }
    do {
      try await lead(round, job, patient, stops)
      await release(cause, retry: nil)
    } catch RoundEnd.outage(let reason) {
      log.warning("round given back", ["round": round, "reason": reason])
      await release(cause, retry: .seconds(2))
    } catch RoundEnd.leaseLost {
      // Whoever took it keeps it; a job that nobody took is worth another look.
      log.info("round is no longer ours", ["round": round])
      await release(cause, retry: .seconds(1))
    } catch {
      // Cancelled: this process is going away, and the host gives its leases on.
      log.info("round left for another worker", ["round": round, "reason": "\(error)"])
    }
  }

  private func release(_ cause: String, retry: Duration?) async {
    let params: JSON = ["cause": .string(cause), "retry_in_ms": retry.map { .int(Int64($0.milliseconds)) } ?? .null]
    do {
      _ = try await host.call("jobs.release", params, deadline: .seconds(10))
    } catch {
      log.debug("lease not released", ["error": error.message])
    }
  }

  private func lead(_ round: String, _ job: JSON, _ patient: PatientHost, _ stops: AsyncStream<Void>) async throws {
    let row = try await patient.row(.init("execution_round", filter: [.eq("id", .string(round))], shape: .inline(JobLoop.shape)))
    guard let row, let context = RoundContext(row: row, job: job), ["pending", "running"].contains(row["status"].string) else {
      return try await complete(job, patient)
    }
    let runner = try await runner(context, job, patient)
    do {
      try await race(runner, row, job, stops)
    } catch RoundEnd.failed(let code, let message) {
      log.warning("round failed", ["round": round, "code": code, "reason": message])
      var runner = runner
      try await runner.fail(code: code, message: message)
    }
  }

  private static let shape = Shape.fields(
    "id", "project", "round_number", "status", "requirement_text", "options", "created_at", "recovery_count")

  /// A job whose round is over or gone has nothing left to do.
  private func complete(_ job: JSON, _ patient: PatientHost) async throws {
    guard let id = job["id"].string, let epoch = job["epoch"].int else { return }
    _ = try await patient.transact([.complete(job: id, epoch: Int(epoch))], operationID: "\(id)/\(epoch)/void")
  }

  private func runner(_ context: RoundContext, _ job: JSON, _ patient: PatientHost) async throws -> any JobRunner {
    let catalogue = try await patient.call("catalogue.collections", [:], deadline: .seconds(30))
    let executor = StepExecutor(
      host: patient, context: context, config: config,
      models: ModelCaller(host: patient, context: context, callTime: config.callTime),
      workspace: Workspace(
        host: patient, root: workspaces, folder: "\(context.tenant)/\(context.project)", date: context.createdAt),
      collections: Set((catalogue["collections"].array ?? []).compactMap { $0["name"].string }))
    try await WorkspaceFiles(root: workspaces).makeFolders([context.tenant, String(context.project)])
    if let requirement = job["payload"]["requirement"].string {
      return ShardRunner(
        host: patient, context: context, config: config, executor: executor, requirement: requirement, leases: job["attempt"].int ?? 1)
    }
    return RoundRunner(host: patient, context: context, config: config, executor: executor, log: log)
  }

  /// The round, its heart-beat, its time limit and the stop of a cancel; the first to end decides.
  private func race(_ runner: any JobRunner, _ row: JSON, _ job: JSON, _ stops: AsyncStream<Void>) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        var runner = runner
        try await runner.run(row: row)
      }
      group.addTask { try await beat(job) }
      group.addTask {
        try await Task.sleep(for: config.roundTime)
        throw RoundEnd.failed(code: "timeout", message: "the round took longer than \(config.roundTime.components.seconds) s")
      }
      group.addTask {
        for await _ in stops { throw RoundEnd.leaseLost }
        // Never asked to stop: the others decide.
        try await Task.sleep(for: config.roundTime)
      }
      defer { group.cancelAll() }
      try await group.next()
    }
  }

  /// Keeps the lease; ends by throwing only.
  private func beat(_ job: JSON) async throws {
    let params: JSON = ["cause": job["cause"], "ttl_ms": .int(Int64(config.lease.milliseconds))]
    var renewed = ContinuousClock.now
    while true {
      try await Task.sleep(for: config.heartbeat)
      do {
        _ = try await host.call("jobs.renew", params, deadline: config.lease)
        renewed = .now
      } catch {
        try Task.checkCancellation()
        // While storage restarts the lease still runs; past its end somebody else may have it.
        guard error.isOutage, ContinuousClock.now - renewed < config.lease else { throw RoundEnd.leaseLost }
      }
    }
  }
}
