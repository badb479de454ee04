import JSONRPC

extension CandidateRanking {
  func json(order: Int, isSelected: Bool) -> JSON {
    [
      "selection_order": .int(order), "agent_id": .string(agentID), "name": .string(agentName), "s_base": .double(base.total),
      "fit_score": .double(fit.score), "total": .double(total), "scoring_breakdown": scoringBreakdown, "matched": fit.matchedJSON,
      "missing": fit.missingJSON, "partial": fit.partialJSON, "rationales": JSON(fit.rationales), "is_cold_start": .bool(isColdStart),
      "cold_start_slot_reserved": .bool(coldStartSlotReserved), "risk_notes": JSON(riskNotes), "is_selected": .bool(isSelected),
    ]
  }

  /// The parts that add up to the total; then what decides between equals, and the rules: enough to decide again.
  var scoringBreakdown: JSON {
    let parts = zip(base.weights.named, base.values.named).map { weight, value in
      (weight.name, ["weight": .double(weight.value), "value": .double(value.value)] as JSON)
    }
    var fields = JSONObject()
    for field in fit.fields { fields[field.field.name] = ["weight": .double(field.weight), "coverage": .double(field.coverage)] }
    if let description = fit.description {
      fields["description"] = ["weight": .double(description.weight), "coverage": .double(description.coverage)]
    }
    return [
      "base": .object(JSONObject(parts)), "fit": .object(fields), "requirement_weight": .double(rules.requirementWeight),
      "cold_start": .double(coldStartAdjustment), "tie_break": tieBreak.json, "rules": rules.json,
    ]
  }
}

extension RequirementFit {
  var matchedJSON: JSON { .object(JSONObject(fields.map { ($0.field.name, JSON($0.matched)) })) }

  var missingJSON: JSON { .object(JSONObject(fields.map { ($0.field.name, JSON($0.missing)) })) }

  var partialJSON: JSON {
    var object = JSONObject(fields.map { ($0.field.name, JSON.double($0.coverage)) })
    if let description { object["description"] = .double(description.coverage) }
    return .object(object)
  }
}

extension SelectionDecision {
  /// - Parameters:
  ///   - role: the team role the decision is for, or empty.
  ///   - made: the agent made because nobody fits.
  func json(role: String, made: JSON? = nil) -> JSON {
    let ranked = ranking.enumerated().map { $1.json(order: $0, isSelected: $0 == selectedIndex) }
    let own = made.map { SpawnedAgent.ranking($0, order: ranked.count) }
    return [
      "role": .string(role), "selected_agent_id": own?["agent_id"] ?? JSON(selected?.agentID),
      "decision_source": .string(own == nil ? source.rawValue : "spawn"), "batch_index": .int(batchIndex),
      "ranking": .array(ranked + (own.map { [$0] } ?? [])), "promoted": .bool(promoted),
      "should_spawn": .bool(selectedIndex == nil && own == nil),
    ]
  }
}

extension Team {
  var json: JSON {
    [
      "mode": .string(mode.rawValue), "primary_agent_id": JSON(primary?.ranking.agentID),
      "assignments": .array(
        assignments.enumerated().map { order, assignment in
          guard case .object(var object) = assignment.ranking.json(order: order, isSelected: true) else { return .null }
          object["role"] = .string(assignment.role)
          object["is_required"] = .bool(assignment.isRequired)
          return .object(object)
        }), "analysis": analysis?.json ?? .null, "should_spawn": .bool(assignments.isEmpty),
    ]
  }
}
