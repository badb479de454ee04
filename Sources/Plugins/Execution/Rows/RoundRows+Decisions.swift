import JSONRPC
import PluginProtocol

extension RoundRows {
  /// The plan's decisions, each superseding the active one on its subject. Source: contract http.md, section 9.8.
  ///
  /// - Parameter active: the project's active decisions (`id`, `category`, `key`, `value`).
  func decisions(_ state: RoundState, active: [JSON]) -> [StorageStep] {
    guard collections.contains("project_decision"), let spec = state.spec else { return [] }
    var wanted: [(category: String, key: String, value: String)] = [("architecture", "project_type", spec.projectType)]
    for (key, value) in spec.techStack.members {
      if let text = value.string?.trimmed, !text.isEmpty { wanted.append(("tech_stack", String(key.prefix(200)), text)) }
    }
    return wanted.enumerated().flatMap { index, decision in
      let old = active.first { $0["category"].string == decision.category && $0["key"].string == decision.key }
      return old?["value"].string == decision.value ? [] : decide(decision, over: old?["id"].int, as: "decision_\(index)")
    }
  }

  private func decide(_ decision: (category: String, key: String, value: String), over old: Int64?, as name: String) -> [StorageStep] {
    var steps: [StorageStep] = []
    if let old {
      steps.append(
        .update(.init("project_decision", filter: [.eq("id", .int(old))], set: ["is_active": false])))
    }
    steps.append(
      .insert(
        .init(
          "project_decision",
          [
            "project": projectID, "execution_round": roundID, "category": .string(decision.category), "key": .string(decision.key),
            "value": .string(decision.value), "description": "Taken when the round was planned",
            "made_by_agent_name": .string(Worker.house.name), "round_index": .int(context.number),
          ], as: name)))
    if let old {
      steps.append(
        .update(.init("project_decision", filter: [.eq("id", .int(old))], set: ["superseded_by": StorageValue.ref(name)])))
    }
    let data: JSON = [
      "project_id": projectID, "category": .string(decision.category), "key": .string(decision.key), "value": .string(decision.value),
      "made_by": .string(Worker.house.name),
    ]
    return steps + [.event(.init("decision", data, round: roundID, project: projectID))]
  }
}
