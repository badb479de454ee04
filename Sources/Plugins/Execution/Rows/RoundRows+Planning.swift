import JSONRPC
import PluginProtocol

extension RoundRows {
  func specified(_ state: RoundState) -> [StorageStep] {
    guard let spec = state.spec else { return [] }
    let summary = spec.summary.isEmpty ? "\(spec.requirements.count) requirements" : spec.summary
    return [
      .update(
        .init(
          "execution_round", filter: [.eq("id", roundID)],
          set: ["parsed_spec": spec.json, "total_requirements": .int(spec.requirements.count)])),
      log(.info, "Planned: \(summary)", "", state), timeline("task_status", "", "Planned \(spec.requirements.count) requirements", state),
    ]
  }

  /// The ranking of a selection and the member it brings into the team.
  func staffed(_ id: String, _ worker: Worker, _ decision: JSON, _ state: RoundState) -> [StorageStep] {
    let ranking = decision["ranking"].array ?? []
    let rows = ranking.map { selectionRow($0, id, worker, decision) }
    var steps: [StorageStep] = rows.isEmpty ? [] : [.insert(.init("agent_selection_decision", rows: rows))]
    if let agent = worker.agent {
      steps.append(
        .upsert(
          .init(
            "team_member", match: ["project", "agent"],
            values: ["project": projectID, "agent": .int(agent), "role": .string(worker.role), "status": "Await", "time_spent": "0mins"],
            set: ["status"], stopsAtQuota: true)))
    }
    steps.append(
      event(
        "agent_selection",
        [
          "requirement_id": .string(id), "selected_agent": worker.agent == nil ? .null : .string(worker.name),
          "candidate_count": .int(ranking.count),
        ]))
    steps.append(log(.info, "\(worker.name) works on \(id)", id, state, metadata: ["candidates": .int(ranking.count)]))
    return steps
  }

  private func selectionRow(_ candidate: JSON, _ id: String, _ worker: Worker, _ decision: JSON) -> JSONObject {
    let agent = candidate["agent_id"].int ?? candidate["agent_id"].string.flatMap { Int64($0) }
    let isSelected = agent != nil && agent == worker.agent
    let order = candidate["selection_order"].int ?? 0
    let reasons = [id] + candidate["rationales"].strings
    return [
      "id": .string(context.stableID("selection", id, String(order))), "execution_round": roundID, "agent": agent.map { .int($0) } ?? .null,
      "agent_name": candidate["name"], "s_base_score": candidate["s_base"], "requirement_fit_score": candidate["fit_score"],
      "total_score": candidate["total"], "scoring_breakdown": candidate["scoring_breakdown"].objectOrEmpty,
      "requirement_fit_matched": candidate["matched"].objectOrEmpty, "requirement_fit_missing": candidate["missing"].objectOrEmpty,
      "requirement_fit_partial": candidate["partial"].objectOrEmpty, "requirement_fit_rationales": JSON(candidate["rationales"].strings),
      "is_cold_start": .bool(candidate["is_cold_start"].bool ?? false),
      "cold_start_slot_reserved": .bool(candidate["cold_start_slot_reserved"].bool ?? false),
      "risk_notes": JSON(candidate["risk_notes"].strings), "is_selected": .bool(isSelected),
      "decision_source": .string(decision["decision_source"].string == "user" ? "user" : "system"),
      "reasons": .string(reasons.joined(separator: "\n")), "role_assigned": .string(worker.role),
      "requirement_id": .string(String(id.unicodeScalars.prefix(100))), "selection_order": .int(order),
      "batch_index": .int(decision["batch_index"].int ?? 0),
    ]
  }

  /// A task for each requirement, the first rows of their tries, and what the agents' pages show.
  func planned(_ state: RoundState) -> [StorageStep] {
    guard let spec = state.spec else { return [] }
    let map: [JSON] = state.requirements.map {
      ["requirement_id": .string($0.id), "criteria": .array(($0.criteria ?? []).map(\.json))]
    }
    var steps: [StorageStep] = [
      .update(
        .init(
          "execution_round", filter: [.eq("id", roundID)],
          set: ["acceptance_map": .array(map), "total_inner_rounds": .int(state.options.maxRounds)]))
    ]
    for requirement in spec.requirements {
      guard let own = state[requirement.id] else { continue }
      steps += plan(requirement, own, spec, state)
    }
    return steps
  }

  private func plan(_ requirement: Spec.Requirement, _ own: RequirementState, _ spec: Spec, _ state: RoundState) -> [StorageStep] {
    let hasTasks = collections.contains("task")
    let name = "task_\(requirement.id)"
    var steps: [StorageStep] = []
    if hasTasks {
      steps.append(
        .insert(
          .init(
            "task",
            [
              "project": projectID, "agent": own.worker?.agent.map { .int($0) } ?? .null,
              "title": .string(String("\(requirement.id) \(requirement.title)".prefix(200))), "status": "Await",
              "agent_type": .string(requirement.agentType), "time_spent": "0mins",
            ], as: name)))
    }
    var first = own
    first.innerRound = 1
    var row = requirementRow(requirement, first)
    row["task"] = hasTasks ? StorageValue.ref(name) : .null
    steps.append(.insert(.init("requirement_execution", row)))
    if let agent = own.worker?.agent { steps += panel(requirement, .int(agent), state) }
    return steps
  }

  func requirementRow(_ requirement: Spec.Requirement, _ own: RequirementState) -> JSONObject {
    [
      "id": .string(rowID(own)), "execution_round": roundID, "requirement_id": .string(requirement.id),
      "requirement_content": .string(requirement.content), "requirement_type": .string(String(requirement.category.prefix(50))),
      "inner_round_number": .int(own.innerRound), "attempt_number": .int(own.innerRound), "status": "pending",
      "depends_on": JSON(requirement.dependsOn), "acceptance_criteria_total": .int((own.criteria ?? []).count),
    ]
  }

  static let panelItems = ["Design the files", "Write the files", "Run the acceptance checks", "Pass the review"]

  /// What the agent's page shows: its steps, and who handed it the work.
  private func panel(_ requirement: Spec.Requirement, _ agent: JSON, _ state: RoundState) -> [StorageStep] {
    let category = JSON.string(String("\(requirement.id) \(requirement.title)".prefix(100)))
    let items: [JSONObject] = RoundRows.panelItems.enumerated().map { index, text in
      ["agent": agent, "project": projectID, "category": category, "content": .string(text), "order": .int(index)]
    }
    var talk: [JSONObject] = [
      [
        "agent": agent, "project": projectID, "direction": "received", "to_agent": agent,
        "content": .string("Assistant handed over \(requirement.id): \(requirement.content)"),
      ]
    ]
    for before in requirement.dependsOn {
      guard let other = state[before]?.worker?.agent.map({ JSON.int($0) }) else { continue }
      let text = JSON.string("\(before) is the base of \(requirement.id)")
      talk.append(["agent": agent, "project": projectID, "direction": "received", "from_agent": other, "to_agent": agent, "content": text])
      talk.append(["agent": other, "project": projectID, "direction": "sent", "from_agent": other, "to_agent": agent, "content": text])
    }
    return [.insert(.init("agent_task_item", rows: items)), .insert(.init("agent_collaboration", rows: talk))]
  }
}

extension JSON {
  var objectOrEmpty: JSON { object.map(JSON.object) ?? [:] }
}
