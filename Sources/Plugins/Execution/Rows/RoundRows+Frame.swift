import JSONRPC
import PluginProtocol

/// What goes with every result, and the beginning and the end of a round.
extension RoundRows {
  /// Fence, totals, progress and the checkpoint: the frame of one transaction.
  func framed(_ steps: [StorageStep], step: RoundStep, after: RoundState, lastSeq: Int64) -> [StorageStep] {
    [fence, totals(after)] + steps + progress(step, after) + checkpoint(after, lastSeq)
  }

  var fence: StorageStep { .fence(job: context.job, epoch: context.epoch) }

  /// Fails with the tag `running` when the round is over.
  var atWork: StorageStep {
    .update(
      .init(
        "execution_round", filter: [.eq("id", roundID), .eq("status", "running")], set: ["heartbeat_at": StorageValue.now],
        expect: .init(1, tag: "running")))
  }

  private func totals(_ state: RoundState) -> StorageStep {
    .update(
      .init(
        "execution_round", filter: [.eq("id", roundID), .eq("status", "running")],
        set: [
          "heartbeat_at": StorageValue.now, "total_tokens": .int(state.usage.tokens), "total_cost_usd": .string(state.usage.costText),
          "total_llm_calls": .int(state.usage.calls), "current_inner_round": .int(state.innerRound),
          "passed_requirements": .int(state.passed.count),
        ], expect: .init(1, tag: "running")))
  }

  func progress(_ step: RoundStep, _ state: RoundState) -> [StorageStep] {
    let worker = step.requirement.flatMap { state[$0]?.worker?.name } ?? ""
    let title = step.requirement.flatMap { state.spec?[$0]?.title } ?? ""
    let task = String([step.name, step.requirement ?? "", title].filter { !$0.isEmpty }.joined(separator: " ").prefix(255))
    let total = state.requirements.count
    let done = state.requirements.filter(\.stage.isClosed).count
    let phase = ProgressRule.phase(of: state)
    let data: JSONObject = [
      "status": "running", "phase": .string(phase), "current_agent": .string(String(worker.prefix(100))), "current_task": .string(task),
      "progress_percent": .int(state.percent), "completed_tasks": .int(done), "total_tasks": .int(total), "message": .string(task),
    ]
    return [
      .update(
        .init(
          "execution_progress", filter: [.eq("execution_round", roundID)],
          set: [
            "current_phase": .string(phase), "current_agent": .string(String(worker.prefix(100))), "current_task": .string(task),
            "progress_percent": .int(state.percent), "completed_tasks": .int(done), "total_tasks": .int(total),
            "completed_requirements": .int(state.passed.count), "total_requirements": .int(total),
            "current_requirement_id": .string(step.requirement ?? ""), "current_inner_round": .int(state.innerRound),
            "last_event": "execution_progress", "last_event_data": .object(data),
          ])),
      .update(.init("project", filter: [.eq("id", projectID)], set: ["progress": .int(state.percent)])),
      event("execution_progress", data),
    ]
  }

  /// How many checkpoints a round keeps.
  static let checkpointLimit = 5

  private func checkpoint(_ state: RoundState, _ lastSeq: Int64) -> [StorageStep] {
    let row: JSONObject = [
      "id": .string(context.stableID("checkpoint", String(state.revision))), "execution_round": roundID, "seq": .int(lastSeq),
      "phase": .string(ProgressRule.phase(of: state)), "inner_round": .int(state.innerRound), "state": state.json,
      "completed_requirements": JSON(state.passed.map(\.id)), "revision": .int(state.revision),
    ]
    let old = state.revision - RoundRows.checkpointLimit
    return [
      .insert(.init("execution_checkpoint", row)),
      .delete(
        collection: "execution_checkpoint",
        filter: [.eq("execution_round", roundID), .compare(field: "revision", op: .le, value: .int(old))],
        expect: nil),
    ]
  }

  /// pending → running. Fails with the tag `pending` when somebody else was faster or the round was cancelled.
  func start() -> [StorageStep] {
    [
      fence,
      .update(
        .init(
          "execution_round", filter: [.eq("id", roundID), .eq("status", "pending")],
          set: ["status": "running", "heartbeat_at": StorageValue.now], expect: .init(1, tag: "pending"))),
      // Set once: a resumed round keeps its first start.
      .update(
        .init(
          "execution_round", filter: [.eq("id", roundID), .isNull("started_at")], set: ["started_at": StorageValue.now])),
      .update(
        .init(
          "execution_progress", filter: [.eq("execution_round", roundID)],
          set: ["current_phase": "initializing", "progress_percent": 5, "last_event": "execution_started"])),
      state("execution_started", "started", "The round has begun"),
    ]
  }

  /// running, taken over from a worker that was lost.
  func recover() -> [StorageStep] {
    [
      fence,
      .update(
        .init(
          "execution_round", filter: [.eq("id", roundID), .eq("status", "running")], set: ["heartbeat_at": StorageValue.now],
          increment: ["recovery_count": 1], expect: .init(1, tag: "running"))),
    ]
  }

  /// An event about the round as a whole, with both names of its id.
  func state(_ type: String, _ status: String, _ message: String, more: JSONObject = [:]) -> StorageStep {
    let data: JSONObject = [
      "round_id": roundID, "project_id": projectID, "status": .string(status), "message": .string(message),
      "round_number": .int(context.number),
    ]
    return event(type, data.merging(more))
  }
}
