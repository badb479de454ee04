import JSONRPC

/// An agent made for a requirement that nobody fits. Source: contract selection.md, section 9.
struct SpawnedAgent: Sendable, Equatable {
  static let prefix = "agent-"
  /// Behind the prefix, hexadecimal.
  static let digitCount = 6

  let draft: AgentDraft

  /// - Returns: nil for a requirement that asks for nothing an agent could be made of, so that it does not make another one each time.
  init?(for requirement: Requirement, role: String, _ vocabulary: Vocabulary = .standard) {
    let skills = vocabulary.skills(requirement.names[.skills]).sortedTexts
    let domains = vocabulary.domains(requirement.names[.domains]).sortedTexts
    let notes = Term(requirement.notes).trimmed.text.cut(2_000)
    guard !skills.isEmpty || !domains.isEmpty || !notes.isEmpty else { return nil }
    let name = role.isEmpty ? (skills.first ?? domains.first).map { "\($0) specialist" } ?? "Specialist" : role
    let languages = requirement.names[.languages]
    let summary = skills.isEmpty ? name : "\(name): \(skills.joined(separator: ", "))"
    draft = AgentDraft(
      number: "", name: name.cut(AgentDraft.nameLimit), duty: name.cut(AgentDraft.dutyLimit),
      text: notes.isEmpty ? summary : "\(summary)\n\(Self.prose(notes))", preview: summary.cut(200),
      offers: [
        (.skills, skills), (.domains, domains.isEmpty ? ["general"] : domains), (.tools, requirement.names[.tools].sortedTexts),
        (.languages, languages.isEmpty ? ["zh", "en"] : languages.sortedTexts), (.regions, requirement.names[.regions].sortedTexts),
        (.compliance, requirement.names[.complianceTags].union(requirement.hardConstraints.complianceTags).sortedTexts),
      ])
  }

  /// Notes whose lines must not be read as lists.
  private static func prose(_ notes: String) -> String {
    notes.split(whereSeparator: \.isNewline).map { String($0.map { $0 == ":" || $0 == "：" ? "," : $0 }) }.joined(separator: "\n")
  }
}

extension SpawnedAgent {
  private static let rationale = "Made for this work, with all it asks for"
  private static let riskNote = "Made just now, since nobody fits: it has not worked yet"

  /// Its place in the decision it was made for: taken without being ranked.
  static func ranking(_ agent: JSON, order: Int) -> JSON {
    [
      "selection_order": .int(order), "agent_id": .string(agent["id"].int.map(String.init) ?? ""), "name": agent["name"], "s_base": 0.5,
      "fit_score": 1, "total": 1, "scoring_breakdown": ["spawned": true], "matched": [:], "missing": [:], "partial": [:],
      "rationales": [.string(rationale)], "is_cold_start": true, "cold_start_slot_reserved": true, "risk_notes": [.string(riskNote)],
      "is_selected": true,
    ]
  }

  /// As it is stored.
  static func row(_ agent: JSON, _ record: DecisionRecord, _ ask: SelectionAsk, order: Int) -> JSONObject {
    let reasons = (ask.requirementID.isEmpty ? [] : [ask.requirementID]) + [rationale]
    return [
      "execution_round": .string(record.round), "agent": agent["id"], "agent_name": agent["name"], "s_base_score": 0.5,
      "requirement_fit_score": 1, "total_score": 1, "scoring_breakdown": ["spawned": true],
      "requirement_fit_rationales": [.string(rationale)],
      "is_cold_start": true, "cold_start_slot_reserved": true, "risk_notes": [.string(riskNote)], "is_selected": true,
      "decision_source": "system", "reasons": .string(reasons.joined(separator: "\n")), "role_assigned": .string(ask.role),
      "requirement_id": .string(ask.requirementID), "selection_order": .int(order), "batch_index": .int(ask.batchIndex),
    ]
  }
}
