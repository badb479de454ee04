import JSONRPC

extension AgentProfile {
  init(_ value: JSON, path: String) throws(WireError) {
    let reader = try WireReader(value, path)
    id = try reader.requiredText("agent_id")
    name = try reader.text("name") ?? id
    if let score = try reader.reader("static_score") { staticScore = try StaticScore(score) }
    if let capabilities = try reader.reader("capabilities") { self.capabilities = try Capabilities(capabilities) }
    for (index, record) in try reader.items("fault_records").enumerated() {
      faults.append(try FaultRecord(record, path: "\(path).fault_records[\(index)]"))
    }
    if let weights = try reader.reader("base_weights") { baseWeights = try BaseParts(weights, defaults: .defaultWeights) }
    recentSuccessAt = try reader.time("recent_success_at")
    isColdStart = try reader.bool("is_cold_start") ?? isColdStart
    taskCount = try reader.int("task_count") ?? taskCount
    coldStartThreshold = try reader.int("cold_start_threshold") ?? coldStartThreshold
    learningRate = try reader.number("learning_rate") ?? learningRate
  }

  /// A list of profiles, whose ids must differ.
  static func list(_ items: [JSON], path: String = "candidates") throws(WireError) -> [AgentProfile] {
    var agents: [AgentProfile] = []
    var ids: Set<Term> = []
    agents.reserveCapacity(items.count)
    for (index, item) in items.enumerated() {
      let agent = try AgentProfile(item, path: "\(path)[\(index)]")
      guard ids.insert(Term(agent.id)).inserted else {
        throw WireError(path: "\(path)[\(index)].agent_id", problem: "occurs twice")
      }
      agents.append(agent)
    }
    return agents
  }
}

extension AgentProfile.StaticScore {
  /// `brand` is an older name of `brand_certified`.
  init(_ reader: WireReader) throws(WireError) {
    performance = try reader.number("performance") ?? performance
    recognition = try reader.number("recognition") ?? recognition
    brandCertified = try reader.number("brand_certified", or: "brand") ?? brandCertified
    metasoGenerated = try reader.number("metaso_generated") ?? metasoGenerated
    faultImpact = try reader.number("fault_impact") ?? faultImpact
  }
}

extension AgentProfile.Capabilities {
  init(_ reader: WireReader) throws(WireError) {
    for field in RequirementField.allCases { names[field] = try reader.terms(field.name) }
    certifications = try reader.terms("certifications")
    similarCases = try reader.texts("similar_cases")
    description = try reader.text("description") ?? ""
  }
}

extension FaultRecord {
  init(_ value: JSON, path: String) throws(WireError) {
    let reader = try WireReader(value, path)
    severity = try reader.requiredText("severity")
    guard let occurredAt = try reader.time("occurred_at") else { throw reader.wrong("occurred_at", "is missing") }
    self.occurredAt = occurredAt
    coolingDays = try reader.number("cooling_days") ?? coolingDays
    description = try reader.text("description") ?? ""
  }

  var json: JSON {
    [
      "severity": .string(severity), "occurred_at": .string(occurredAt.text), "cooling_days": .double(coolingDays),
      "description": .string(description),
    ]
  }
}

extension BaseParts {
  init(_ reader: WireReader, defaults: BaseParts) throws(WireError) {
    performance = try reader.number("performance") ?? defaults.performance
    recognition = try reader.number("recognition") ?? defaults.recognition
    brandCertified = try reader.number("brand_certified", or: "brand") ?? defaults.brandCertified
    metasoGenerated = try reader.number("metaso_generated") ?? defaults.metasoGenerated
    fault = try reader.number("fault") ?? defaults.fault
  }
}
