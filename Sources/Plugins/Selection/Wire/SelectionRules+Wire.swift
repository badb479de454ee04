import JSONRPC

extension SelectionRules {
  var json: JSON {
    [
      "top_n": .int(topN), "min_fit_threshold": .double(minFitThreshold), "promote_fitting": .bool(promoteFitting),
      "cold_start_bonus": .double(coldStartBonus), "cold_start_quota": .int(coldStartQuota),
      "cold_start_overflow_penalty": .double(coldStartOverflowPenalty),
      "severity_weights": .object(JSONObject(severityWeights.sorted { $0.key < $1.key }.map { ($0.key, .double($0.value)) })),
      "weights": .object(JSONObject(weights.map { ($0.name, .double($0.value)) })),
    ]
  }

  /// Reads the rules of a stored breakdown, all of which must be there.
  init(_ breakdown: WireReader) throws(WireError) {
    guard let reader = try breakdown.reader("rules") else { throw breakdown.wrong("rules", "is missing") }
    self.init(ScoringConfig(), weights: try reader.weights("weights"))
    topN = try reader.requiredInt("top_n")
    minFitThreshold = try reader.requiredNumber("min_fit_threshold")
    guard let promotes = try reader.bool("promote_fitting") else { throw reader.wrong("promote_fitting", "is missing") }
    promoteFitting = promotes
    requirementWeight = try breakdown.requiredNumber("requirement_weight")
    coldStartBonus = try reader.requiredNumber("cold_start_bonus")
    coldStartQuota = try reader.requiredInt("cold_start_quota")
    coldStartOverflowPenalty = try reader.requiredNumber("cold_start_overflow_penalty")
    severityWeights = Dictionary(try reader.weights("severity_weights").map { ($0.name, $0.value) }) { _, last in last }
  }
}

extension TieBreak {
  var json: JSON {
    [
      "faults": JSON(faults), "performance": .double(performance), "brand_certified": .double(brandCertified),
      "recognition": .double(recognition), "recent_success_at": .string(recentSuccessAt.text), "position": .int(position),
    ]
  }

  init(_ reader: WireReader) throws(WireError) {
    faults = try reader.texts("faults")
    performance = try reader.requiredNumber("performance")
    brandCertified = try reader.requiredNumber("brand_certified")
    recognition = try reader.requiredNumber("recognition")
    recentSuccessAt = try reader.time("recent_success_at") ?? .epoch
    position = try reader.requiredInt("position")
  }
}
