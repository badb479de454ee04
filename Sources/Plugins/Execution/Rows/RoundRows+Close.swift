import JSONRPC
import PluginProtocol

extension RoundRows {
  /// The end of a try: the row, the task, the agent, and everybody who looks on.
  ///
  /// - Parameter isError: it ended with an error, not with a verdict.
  func close(_ id: String, _ state: RoundState, _ clock: WorkClock, isError: Bool) -> [StorageStep] {
    guard let own = state[id], own.stage != .skipped else { return [] }
    let passed = own.stage == .passed
    return row(own, passed, isError) + record(own, passed, clock) + people(own, passed, clock, state) + news(own, passed, clock, state)
  }

  private func row(_ own: RequirementState, _ passed: Bool, _ isError: Bool) -> [StorageStep] {
    [
      updateRow(
        own,
        [
          "status": isError ? "failed" : "completed", "is_passed": .bool(passed), "completed_at": StorageValue.now,
          "error_message": .string(own.error), "tokens_used": .int(own.usage.tokens), "cost_usd": .string(own.usage.costText),
          "llm_calls": .int(own.usage.calls),
        ])
    ]
  }

  private func record(_ own: RequirementState, _ passed: Bool, _ clock: WorkClock) -> [StorageStep] {
    [
      .update(
        .init(
          "execution_record", filter: [.eq("execution_id", .string(executionID(own)))],
          set: [
            "status": passed ? "completed" : "failed", "end_time": StorageValue.now, "duration_ms": .double(clock.milliseconds(own.id)),
            "content": .string(output(own)), "error_message": .string(own.error), "llm_calls": .int(own.usage.calls),
            "total_tokens": .int(own.usage.tokens), "total_cost_usd": .string(own.usage.costText),
          ]))
    ]
  }

  private func people(_ own: RequirementState, _ passed: Bool, _ clock: WorkClock, _ state: RoundState) -> [StorageStep] {
    let time = JSON.string((clock.spent[own.id] ?? .zero).minutesText)
    let status: JSON = passed ? "Complete" : "Error"
    let cents = (own.usage.microDollars + 5_000) / 10_000
    let cost: JSONObject = cents > 0 ? ["cost": .string(own.usage.centsText)] : [:]
    var task: JSONObject = ["status": status, "time_spent": time]
    if passed { task["progress"] = 100 }
    var steps = updateTask(own.id, task.merging(cost))
    let mine = state.requirements.filter { $0.worker == own.worker && $0.worker?.agent != nil }
    let done = mine.filter { $0.stage == .passed }.count
    steps += updateMember(
      own.worker,
      [
        "status": mine.contains { $0.stage.isActive } ? "Working" : status,
        "time_spent": .string(mine.reduce(Duration.zero) { $0 + (clock.spent[$1.id] ?? .zero) }.minutesText),
        "progress": .int(mine.isEmpty ? 0 : 100 * done / mine.count),
      ], increment: cents > 0 ? ["cost": .double(Double(cents) / 100)] : [:])
    if passed {
      steps += tick(own, RoundRows.panelItems.count - 1, state)
      if let agent = own.worker?.agent.map({ JSON.int($0) }) {
        let text = JSON.string("\(own.id) delivered: \(own.files.joined(separator: ", "))")
        steps.append(
          .insert(
            .init(
              "agent_collaboration",
              ["agent": agent, "project": projectID, "direction": "sent", "from_agent": agent, "content": text])))
      }
    }
    return steps
  }

  private func news(_ own: RequirementState, _ passed: Bool, _ clock: WorkClock, _ state: RoundState) -> [StorageStep] {
    let title = state.spec?[own.id]?.title ?? own.id
    let name = own.worker?.name ?? Worker.house.name
    let duration = JSON.double(clock.milliseconds(own.id))
    let rate = own.verdict(by: PassRule(threshold: state.options.passThreshold))?.rate ?? 0
    var steps = [
      timeline(
        "agent_end", own.id, passed ? "\(own.id) passed" : "\(own.id) failed: \(own.error)", state,
        metadata: ["passed": .bool(passed), "duration_ms": duration]),
      event(
        "task_completed",
        [
          "requirement_id": .string(own.id), "inner_round": .int(own.innerRound), "title": .string(title), "passed": .bool(passed),
          "pass_rate": .double(rate), "duration_ms": duration,
        ]),
    ]
    if passed {
      steps.append(
        event(
          "agent_completed",
          [
            "agent_name": .string(name), "task": .string(title), "output": .string(String(output(own).prefix(500))),
            "duration_ms": duration, "tokens_used": .int(own.usage.tokens),
          ]))
    } else {
      steps.append(event("agent_error", ["agent_name": .string(name), "task": .string(title), "error": .string(own.error)]))
    }
    return steps
  }

  private func output(_ own: RequirementState) -> String {
    let pitch = own.blueprint["deliverable_pitch"].string ?? ""
    return [pitch, own.files.joined(separator: "\n")].filter { !$0.isEmpty }.joined(separator: "\n")
  }
}
