import JSONRPC
import PluginKit
import PluginProtocol

extension ExecutionMethods {
  private static let headShape = Shape.fields("id", "status", "project", "round_number", "celery_task_id", "options")

  /// Source: contract http.md, section 11.4.
  @Sendable func cancel(_ request: Request) async throws -> JSON {
    let call = try request.http
    let round = try await request.round(call, shape: .inline(ExecutionMethods.headShape))
    let status = round["status"].string ?? ""
    guard ["pending", "running"].contains(status) else { throw cannot("cancel", status) }
    let known = try await request.collections()
    let id = round["id"]
    var steps: [StorageStep] = [
      .update(
        .init(
          "execution_round", filter: [.eq("id", id), .isIn("status", ["pending", "running"])],
          set: ["status": "cancelled", "completed_at": StorageValue.now], expect: .init(1, tag: "active"))),
      .update(
        .init(
          "execution_progress", filter: [.eq("execution_round", id)],
          set: ["current_phase": "cancelled", "last_event": "execution_cancelled"])),
    ]
    let left = RoundRows.abandon(round: id, project: round["project"], people: "Await", reason: "The round was cancelled")
    steps += left.filter { if case .update(let update) = $0 { known.contains(update.collection) } else { true } }
    steps.append(news("execution_cancelled", "cancelled", "The round was cancelled", round))
    if let job = round["celery_task_id"].string, !job.isEmpty { steps.append(.cancel(job: job)) }
    steps += try await shards(id, request)
    do {
      try await request.storage.transact(steps)
    } catch {
      guard error.applicationCode == "expectation" else { throw error }
      let now = try await request.round(call, shape: .inline(ExecutionMethods.headShape))
      throw cannot("cancel", now["status"].string ?? "")
    }
    if let id = id.string { running.stop(id) }
    return HTTPCall.reply(["id": id, "status": "cancelled", "message": "The round was cancelled."])
  }

  /// The ends of the jobs that requirements of a round have.
  private func shards(_ round: JSON, _ request: Request) async throws -> [StorageStep] {
    let filter: [Condition] = [.eq("execution_round", round), .isIn("status", ["scheduled", "running"]), .ne("celery_task_id", "")]
    let rows = try await request.storage.rows(
      .init("requirement_execution", filter: filter, limit: 1000, shape: .inline(.fields("celery_task_id"))))
    return rows.compactMap { $0["celery_task_id"].string.map { .cancel(job: $0) } }
  }

  /// Source: contract http.md, section 13.
  @Sendable func resume(_ request: Request) async throws -> JSON {
    let call = try request.http
    let round = try await request.round(call, shape: .inline(ExecutionMethods.headShape))
    let status = round["status"].string ?? ""
    guard ["failed", "cancelled"].contains(status) else { throw cannot("resume", status) }
    let checkpoint = try await self.checkpoint(round["id"], call.body["checkpoint_id"], request)
    guard let id = round["id"].string, let state = RoundState(json: checkpoint["state"]) else { throw ExecutionMethods.noCheckpoint }
    // Their jobs ended with the round.
    let shards = state.shards.flatMap { RoundRows.dispatch($0, round: id) }
    let options = ExecutionMethods.options(round["options"], call.body["max_rounds"]?.int, state)
    let steps: [StorageStep] =
      [
        .update(
          .init(
            "execution_round", filter: [.eq("id", round["id"]), .isIn("status", ["failed", "cancelled"])],
            set: [
              "status": "pending", "completed_at": .null, "error_message": "", "error_code": "", "options": options.json,
            ], increment: ["resume_count": 1], expect: .init(1, tag: "over"))),
        .delete(
          collection: "execution_checkpoint",
          filter: [.eq("execution_round", round["id"]), .compare(field: "revision", op: .gt, value: checkpoint["revision"])], expect: nil),
        NewRound.job(round: id, project: round["project"]),
        .update(.init("execution_round", filter: [.eq("id", round["id"])], set: ["celery_task_id": StorageValue.ref("job")])),
        news("execution_resumed", "resumed", "The round goes on", round, more: ["checkpoint_id": checkpoint["id"]]),
      ] + ExecutionMethods.rowsAtWork(state, id) + shards
    let results: [JSON]
    do {
      results = try await request.storage.transact(steps)
    } catch {
      throw error.applicationCode == "expectation" ? cannot("resume", "pending") : error
    }
    let from: JSON = ["checkpoint_id": checkpoint["id"], "seq": checkpoint["seq"], "phase": checkpoint["phase"]]
    return HTTPCall.reply(
      [
        "execution_round_id": round["id"], "task_id": results[2]["id"], "status": "resumed", "round_number": round["round_number"],
        "execution_mode": "queue", "resumed_from": from,
      ], status: 202)
  }

  private func checkpoint(_ round: JSON, _ wanted: JSON?, _ request: Request) async throws -> JSON {
    let shape = Shape.fields("id", "seq", "phase", "revision", "state")
    var filter: [Condition] = [.eq("execution_round", round)]
    if let wanted, !wanted.isNull {
      guard wanted.string?.count == 36 else { throw HTTPCall.invalid("checkpoint_id", "Must be a valid UUID.") }
      filter.append(.eq("id", wanted))
    }
    let row = try await request.storage.row(.init("execution_checkpoint", filter: filter, order: ["-revision"], shape: .inline(shape)))
    guard let row else { throw ExecutionMethods.noCheckpoint }
    return row
  }

  private static let noCheckpoint = RPCError.application(
    "no_checkpoint", status: 409, "This round has no checkpoint to go on from; use rerun.")

  /// A round that had used up its inner rounds gets as many again.
  private static func options(_ stored: JSON, _ wanted: Int64?, _ state: RoundState) -> RoundOptions {
    var options = RoundOptions(json: stored)
    let more = wanted.map { Int(clamping: $0) } ?? options.maxRounds
    options.maxRounds = min(max(state.isWorkDone ? state.innerRound + more : max(more, state.innerRound), 1), 10)
    return options
  }

  /// The rows of requirements the checkpoint was working on are at work again.
  private static func rowsAtWork(_ state: RoundState, _ round: String) -> [StorageStep] {
    state.requirements.filter { $0.stage.isActive || $0.stage == .merging }.map { own in
      .update(
        .init(
          "requirement_execution",
          filter: [
            .eq("execution_round", .string(round)), .eq("requirement_id", .string(own.id)),
            .eq("inner_round_number", .int(own.innerRound)),
          ], set: ["status": "running", "completed_at": .null, "error_message": ""]))
    }
  }

  private func cannot(_ verb: String, _ status: String) -> RPCError {
    HTTPCall.refused(400, "Cannot \(verb) execution in \(status) status")
  }

  private func news(_ type: String, _ status: String, _ message: String, _ round: JSON, more: JSONObject = [:]) -> StorageStep {
    let data: JSONObject = [
      "execution_round_id": round["id"], "round_id": round["id"], "project_id": round["project"], "status": .string(status),
      "message": .string(message), "round_number": round["round_number"],
    ]
    return .event(.init(type, .object(data.merging(more)), round: round["id"], project: round["project"]))
  }
}
