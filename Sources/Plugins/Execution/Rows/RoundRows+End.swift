import JSONRPC
import PluginProtocol

extension RoundRows {
  /// running → completed, or failed when nothing passed.
  ///
  /// - Parameters:
  ///   - usage: the round's final figures.
  ///   - totals: of all rounds of the project, this one included.
  func finish(_ state: RoundState, usage: Usage, totals: ProjectTotals, durationSeconds: Double) -> [StorageStep] {
    let passed = state.passed.count
    let failed = state.requirements.count - passed
    let isCompleted = passed > 0
    let summary = JSON.string(state.summary ?? "")
    let status: JSON = isCompleted ? "completed" : "failed"
    var set: JSONObject = [
      "status": status, "completed_at": StorageValue.now, "summary": summary, "total_tokens": .int(usage.tokens),
      "total_cost_usd": .string(usage.costText), "total_llm_calls": .int(usage.calls), "passed_requirements": .int(passed),
      "failed_requirements": .int(failed),
    ]
    if !isCompleted {
      set["error_code"] = "requirements_failed"
      set["error_message"] = "no requirement passed"
    }
    let figures: JSONObject = [
      "summary": summary, "total_tokens": .int(usage.tokens), "total_cost_usd": usage.costNumber, "passed_requirements": .int(passed),
      "failed_requirements": .int(failed),
    ]
    var steps: [StorageStep] = [
      fence,
      .update(
        .init(
          "execution_round", filter: [.eq("id", roundID), .eq("status", "running")], set: set, expect: .init(1, tag: "running"))),
      lastProgress(isCompleted, state),
      .update(.init("project", filter: [.eq("id", projectID)], set: totals.set(isCompleted: isCompleted))),
    ]
    if isCompleted {
      // Live streams end with execution_completed: what belongs to the end comes before it.
      steps.append(roundCompleted(usage, summary, passed, failed, durationSeconds))
      steps.append(self.state("execution_completed", "completed", "The round is complete", more: figures))
    } else {
      let reason: JSONObject = ["error": "no requirement passed", "error_code": "requirements_failed"]
      steps.append(self.state("execution_failed", "failed", "No requirement passed", more: figures.merging(reason)))
    }
    steps.append(timeline("task_status", "", isCompleted ? "Round \(context.number) completed" : "Round \(context.number) failed", state))
    steps.append(.complete(job: context.job, epoch: context.epoch))
    return steps.filter(isKnown)
  }

  private func lastProgress(_ isCompleted: Bool, _ state: RoundState) -> StorageStep {
    let total = JSON.int(state.requirements.count)
    return .update(
      .init(
        "execution_progress", filter: [.eq("execution_round", roundID)],
        set: [
          "current_phase": isCompleted ? "completed" : "failed", "progress_percent": isCompleted ? 100 : .int(state.percent),
          "completed_tasks": total, "total_tasks": total, "completed_requirements": .int(state.passed.count), "current_agent": "",
          "current_task": "", "current_requirement_id": "", "last_event": isCompleted ? "execution_completed" : "execution_failed",
        ]))
  }

  private func roundCompleted(_ usage: Usage, _ summary: JSON, _ passed: Int, _ failed: Int, _ seconds: Double) -> StorageStep {
    event(
      "round_completed",
      [
        "round_id": roundID, "project_id": projectID, "round_number": .int(context.number), "summary": summary,
        "stats": [
          "total_tokens": .int(usage.tokens), "total_cost_usd": usage.costNumber, "total_llm_calls": .int(usage.calls),
          "duration_seconds": .double(seconds), "passed_requirements": .int(passed), "failed_requirements": .int(failed),
        ],
      ])
  }

  /// running → failed, by an error.
  func fail(code: String, message: String) -> [StorageStep] {
    let line = String(message.split(whereSeparator: \.isNewline).joined(separator: " ").prefix(500))
    let steps: [StorageStep] =
      [
        fence,
        .update(
          .init(
            "execution_round", filter: [.eq("id", roundID), .isIn("status", ["running", "pending"])],
            set: [
              "status": "failed", "error_code": .string(code), "error_message": .string(line), "completed_at": StorageValue.now,
            ], expect: .init(1, tag: "running"))),
        .update(
          .init(
            "execution_progress", filter: [.eq("execution_round", roundID)],
            set: ["current_phase": "failed", "last_event": "execution_failed"])),
      ] + RoundRows.abandon(round: roundID, project: projectID, people: "Error", reason: line) + [
        state("execution_failed", "failed", line, more: ["error": .string(line), "error_code": .string(code)]),
        .complete(job: context.job, epoch: context.epoch),
      ]
    return steps.filter(isKnown)
  }

  /// Closes what a round that stops midway leaves open.
  ///
  /// - Parameter people: the status of tasks and members that were working.
  static func abandon(round: JSON, project: JSON, people: JSON, reason: String) -> [StorageStep] {
    let text = JSON.string(reason)
    return [
      .update(
        .init(
          "requirement_execution", filter: [.eq("execution_round", round), .eq("status", "running")],
          set: ["status": "failed", "error_message": text, "completed_at": StorageValue.now])),
      .update(
        .init(
          "requirement_execution", filter: [.eq("execution_round", round), .isIn("status", ["pending", "scheduled"])],
          set: ["status": "skipped", "error_message": text, "completed_at": StorageValue.now])),
      .update(
        .init(
          "execution_record", filter: [.eq("execution_round", round), .eq("status", "running")],
          set: ["status": "failed", "error_message": text, "end_time": StorageValue.now])),
      .update(.init("task", filter: [.eq("project", project), .eq("status", "Working")], set: ["status": people])),
      .update(.init("team_member", filter: [.eq("project", project), .eq("status", "Working")], set: ["status": people])),
    ]
  }
}
