import JSONRPC
import PluginProtocol

/// The rows and events of a round: what each result of a step means for everybody who looks on (DECISIONS 24).
///
/// Pure: the runner writes the steps, with the checkpoint, in one fenced transaction.
struct RoundRows: Sendable {
  let context: RoundContext
  /// The collections there are: rows of a subsystem that is switched off are left out.
  let collections: Set<String>
  /// The task of each requirement, once they are made.
  var tasks: [String: Int64] = [:]

  var roundID: JSON { .string(context.id) }
  var projectID: JSON { .int(context.project) }

  /// The rows a result brings.
  func steps(for step: RoundStep, _ result: StepResult, before: RoundState, after: RoundState, clock: WorkClock) -> [StorageStep] {
    ownSteps(for: step, result, before: before, after: after, clock: clock) + dispatched(before, after) + innerRoundEnd(before, after)
  }

  /// Of these, the rows about the requirement.
  func ownSteps(for step: RoundStep, _ result: StepResult, before: RoundState, after: RoundState, clock: WorkClock) -> [StorageStep] {
    // Its own job has written them.
    if case .followed = result { return [] }
    let id = step.requirement ?? ""
    let own: [StorageStep] =
      switch result {
      case .specified: specified(after)
      case .staffed(let worker, let decision): staffed(id, worker, decision, after)
      case .planned(let active): planned(after) + decisions(after, active: active)
      case .opened: opened(after)
      case .begun: begun(before, after)
      case .designed: designed(id, after)
      case .implemented: implemented(id, after)
      case .validated: validated(id, after)
      case .checked: checked(id, after)
      case .judged: judged(id, after)
      case .merged: [log(.info, "\(id) merged into the delivery branch", id, after)]
      case .delivered(let delivery): delivered(delivery, after)
      case .conflicted(let files): [log(.warning, "\(id) met a merge conflict in \(files.joined(separator: ", "))", id, after)]
      case .regressed: [log(.warning, "\(id) broke checks on the delivery branch; its merge was undone", id, after)]
      case .failed(let reason, _): [log(.warning, "\(step.name) of \(id) failed: \(reason)", id, after)]
      default: []
      }
    let closed = closes(id, before, after) ? close(id, after, clock, isError: result.isFailure) : []
    return (own + closed).filter(isKnown)
  }

  /// A job for each requirement that is to have one now.
  private func dispatched(_ before: RoundState, _ after: RoundState) -> [StorageStep] {
    let known = before.shards
    return after.shards.filter { shard in !known.contains { $0.id == shard.id && $0.attempt == shard.attempt } }.flatMap {
      RoundRows.dispatch($0, round: context.id)
    }
  }

  /// The job of a requirement, and its id in the requirement's row.
  static func dispatch(_ own: RequirementState, round: String) -> [StorageStep] {
    let name = "shard_\(own.id)"
    return [
      .enqueue(
        .init(
          queue: JobLoop.Queue.requirements.rawValue, kind: "execute_requirement_task",
          payload: ["round": .string(round), "requirement": .string(own.id)], as: name)),
      .update(
        .init(
          "requirement_execution", filter: [.eq("id", .string(rowID(own, round: round)))],
          set: ["celery_task_id": StorageValue.ref(name), "shard": .null])),
    ]
  }

  private func closes(_ id: String, _ before: RoundState, _ after: RoundState) -> Bool {
    guard let old = before[id], let new = after[id] else { return false }
    return new.stage.isClosed && new.stage != old.stage
  }

  private func innerRoundEnd(_ before: RoundState, _ after: RoundState) -> [StorageStep] {
    guard before.batch < before.batches.count, after.batch >= after.batches.count, after.innerRound > 0 else { return [] }
    return [
      event(
        "inner_round_completed",
        [
          "inner_round": .int(after.innerRound), "total_rounds": .int(after.options.maxRounds), "passed": .int(after.passed.count),
          "total": .int(after.requirements.count),
        ])
    ]
  }

  /// Rows of a subsystem that is switched off are left out.
  func isKnown(_ step: StorageStep) -> Bool {
    switch step {
    case .insert(let insert): collections.contains(insert.collection)
    case .update(let update): collections.contains(update.collection)
    case .upsert(let upsert): collections.contains(upsert.collection)
    default: true
    }
  }
}

extension StepResult {
  /// It failed with an error, rather than being judged not good enough.
  var isFailure: Bool { if case .failed = self { true } else { false } }
}

// MARK: - Common rows

extension RoundRows {
  enum Level: String { case info, warning, error }

  /// An event of this round, with `execution_round_id` first.
  func event(_ type: String, _ data: JSONObject) -> StorageStep {
    let whole = JSONObject([("execution_round_id", roundID)]).merging(data)
    return .event(.init(type, .object(whole), round: roundID, project: projectID))
  }

  func log(_ level: Level, _ message: String, _ requirement: String, _ state: RoundState, metadata: JSONObject = [:]) -> StorageStep {
    let worker = state[requirement]?.worker
    var values: JSONObject = [
      "execution_round": roundID, "level": .string(level.rawValue), "message": .string(String(message.prefix(2_000))),
      "metadata": .object(metadata), "agent_name": .string(worker?.name ?? ""), "source": "execution", "timestamp": StorageValue.now,
    ]
    values["agent"] = worker?.agent.map { .int($0) } ?? .null
    if let row = state[requirement], row.innerRound > 0 { values["requirement_execution"] = .string(rowID(row)) }
    return .insert(.init("execution_log", values))
  }

  func timeline(_ type: String, _ requirement: String, _ message: String, _ state: RoundState, metadata: JSONObject = [:]) -> StorageStep {
    .insert(
      .init(
        "timeline_event",
        [
          "timestamp": StorageValue.now, "event_type": .string(type), "agentscope_project_id": .string(String(context.project)),
          "agentscope_agent_id": .string(agentText(state[requirement]?.worker)), "node_id": .string(requirement),
          "message": .string(message), "metadata": .object(metadata), "project": projectID, "execution_round": roundID,
        ]))
  }

  func agentText(_ worker: Worker?) -> String { worker?.agent.map(String.init) ?? "hivecore" }

  /// The row of a requirement in an inner round.
  func rowID(_ requirement: RequirementState) -> String {
    RoundRows.rowID(requirement, round: context.id)
  }

  private static func rowID(_ requirement: RequirementState, round: String) -> String {
    StableID.uuid(round, "requirement", requirement.id, String(requirement.innerRound))
  }

  func updateRow(_ requirement: RequirementState, _ set: JSONObject) -> StorageStep {
    .update(.init("requirement_execution", filter: [.eq("id", .string(rowID(requirement)))], set: set))
  }

  func updateTask(_ id: String, _ set: JSONObject) -> [StorageStep] {
    guard let task = tasks[id] else { return [] }
    return [.update(.init("task", filter: [.eq("id", .int(task))], set: set))]
  }

  func updateMember(_ worker: Worker?, _ set: JSONObject, increment: JSONObject = [:]) -> [StorageStep] {
    guard let agent = worker?.agent else { return [] }
    return [
      .update(
        .init("team_member", filter: [.eq("project", projectID), .eq("agent", .int(agent))], set: set, increment: increment))
    ]
  }
}
