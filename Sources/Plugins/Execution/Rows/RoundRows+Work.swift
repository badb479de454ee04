import JSONRPC
import PluginProtocol

extension RoundRows {
  func opened(_ state: RoundState) -> [StorageStep] {
    var steps: [StorageStep] = []
    for own in state.requirements where own.innerRound == state.innerRound && !own.stage.isClosed {
      if state.innerRound == 1 {
        steps.append(updateRow(own, ["status": "scheduled"]))
      } else if let requirement = state.spec?[own.id] {
        var row = requirementRow(requirement, own)
        row["status"] = "scheduled"
        row["task"] = tasks[own.id].map { .int($0) } ?? .null
        steps.append(.insert(.init("requirement_execution", row)))
      }
    }
    steps.append(
      event("inner_round_started", ["inner_round": .int(state.innerRound), "total_rounds": .int(state.options.maxRounds)]))
    return steps
  }

  func begun(_ before: RoundState, _ after: RoundState) -> [StorageStep] {
    before.members.flatMap { member -> [StorageStep] in
      guard let own = after[member.id] else { return [] }
      return own.stage == .skipped ? skipped(own, after) : started(own, after)
    }
  }

  private func skipped(_ own: RequirementState, _ state: RoundState) -> [StorageStep] {
    let reason = JSON.string(own.error)
    return [
      updateRow(own, ["status": "skipped", "error_message": reason, "completed_at": StorageValue.now]),
      log(.warning, "\(own.id) skipped: \(own.error)", own.id, state),
    ]
  }

  private func started(_ own: RequirementState, _ state: RoundState) -> [StorageStep] {
    let title = state.spec?[own.id]?.title ?? own.id
    let name = own.worker?.name ?? Worker.house.name
    let record: JSONObject = [
      "id": .string(context.stableID("record", own.id, String(own.innerRound))), "execution_id": .string(executionID(own)),
      "agentscope_project_id": .string(String(context.project)), "agentscope_agent_id": .string(agentText(own.worker)),
      "agent_name": .string(name), "node_id": .string(own.id), "round_index": .int(own.innerRound), "start_time": StorageValue.now,
      "status": "running", "project": projectID, "execution_round": roundID,
    ]
    return [
      updateRow(own, ["status": "running", "started_at": StorageValue.now]), .insert(.init("execution_record", record)),
      timeline("agent_start", own.id, "\(name) works on \(own.id)", state, metadata: ["title": .string(title)]),
      event("task_started", ["requirement_id": .string(own.id), "inner_round": .int(own.innerRound), "title": .string(title)]),
      event("agent_started", ["agent_name": .string(name), "task": .string(title)]),
    ] + updateTask(own.id, ["status": "Working", "progress": 5]) + updateMember(own.worker, ["status": "Working"])
  }

  func executionID(_ own: RequirementState) -> String { "\(context.id)/\(own.id)/\(own.innerRound)" }

  func designed(_ id: String, _ state: RoundState) -> [StorageStep] {
    guard let own = state[id] else { return [] }
    let files = PlannedFile.list(own.blueprint["files_plan"])
    let pitch = own.blueprint["deliverable_pitch"].string ?? ""
    var steps = [
      updateRow(own, ["blueprint": own.blueprint]), log(.info, "Design of \(id): \(files.count) files", id, state),
    ]
    if let agent = own.worker?.agent {
      let plan = files.map { "- \($0.path): \($0.entry["description"]?.string ?? "")" }.joined(separator: "\n")
      let content = [pitch, plan].filter { !$0.isEmpty }.joined(separator: "\n")
      steps.append(
        .insert(.init("agent_thinking", ["agent": .int(agent), "project": projectID, "content": .string(content.isEmpty ? id : content)])))
    }
    return steps + progress(own, 30, item: 0, state)
  }

  func implemented(_ id: String, _ state: RoundState) -> [StorageStep] {
    guard let own = state[id] else { return [] }
    let code: JSON = ["commit": .string(own.commit), "files": JSON(own.files), "attempt": .int(own.attempt)]
    return [
      updateRow(own, ["code_result": code, "modified_files": JSON(own.files)]),
      log(.info, "\(id): \(own.files.count) files written", id, state, metadata: ["files": JSON(own.files)]),
      timeline("task_status", id, "\(own.files.count) files written", state),
    ] + progress(own, 60, item: 1, state)
  }

  func validated(_ id: String, _ state: RoundState) -> [StorageStep] {
    guard let own = state[id], let validation = own.validation else { return [] }
    let level: Level = validation.errors.isEmpty ? .info : .warning
    let text = "Validation of \(id): \(validation.errors.count) errors, \(validation.warnings.count) warnings"
    return [updateRow(own, ["validation_result": validation.json]), log(level, text, id, state, metadata: ["validation": validation.json])]
      + progress(own, 65, item: nil, state)
  }

  func checked(_ id: String, _ state: RoundState) -> [StorageStep] {
    guard let own = state[id] else { return [] }
    let logs = own.checks.map { check in
      log(
        check.succeeded ? .info : .warning, "\(check.command) \(check.succeeded ? "passed" : "failed")", id, state,
        metadata: ["exit_code": check.exitCode.map { .int($0) } ?? .null, "output": .string(check.tail)])
    }
    return logs + [timeline("acceptance_check", id, "\(own.checks.filter(\.succeeded).count) of \(own.checks.count) checks passed", state)]
      + progress(own, 70, item: own.checks.allSatisfy(\.succeeded) ? 2 : nil, state)
  }

  func judged(_ id: String, _ state: RoundState) -> [StorageStep] {
    guard let own = state[id], let report = own.report else { return [] }
    let verdict = own.verdict(by: PassRule(threshold: state.options.passThreshold))
    let result: JSON = [
      "passed": .int(verdict?.passed ?? 0), "total": .int(verdict?.total ?? 0), "overall_pass": .bool(verdict?.isPassed ?? false),
      "details": .array(report.findings.map(\.json)), "checks": .array(own.checks.map(\.json)),
    ]
    let set: JSONObject = [
      "qa_result": result, "acceptance_criteria_passed": .int(verdict?.passed ?? 0), "pass_rate": .double(verdict?.rate ?? 0),
    ]
    let text = "QA of \(id): \(verdict?.passed ?? 0) of \(verdict?.total ?? 0) criteria passed"
    return [updateRow(own, set), log(verdict?.isPassed == true ? .info : .warning, text, id, state)] + progress(own, 90, item: nil, state)
  }

  /// The task's bar, and a tick on the agent's list.
  private func progress(_ own: RequirementState, _ percent: Int, item: Int?, _ state: RoundState) -> [StorageStep] {
    updateTask(own.id, ["progress": .int(percent)]) + (item.map { tick(own, $0, state) } ?? [])
  }

  func tick(_ own: RequirementState, _ item: Int, _ state: RoundState) -> [StorageStep] {
    guard let agent = own.worker?.agent, let title = state.spec?[own.id]?.title else { return [] }
    let category = String("\(own.id) \(title)".prefix(100))
    return [
      .update(
        .init(
          "agent_task_item",
          filter: [
            .eq("project", projectID), .eq("agent", .int(agent)), .eq("category", .string(category)), .eq("order", .int(item)),
            .eq("is_checked", false),
          ], set: ["is_checked": true]))
    ]
  }
}
