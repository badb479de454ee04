import JSONRPC

extension ScoringConfig {
  /// These numbers with the given members written over them.
  func overridden(by value: JSON, path: String = "config") throws(WireError) -> ScoringConfig {
    if value.isNull { return self }
    let reader = try WireReader(value, path)
    var config = self
    config.topN = try reader.int("top_n") ?? topN
    guard (1...1000).contains(config.topN) else { throw reader.wrong("top_n", "expected 1 to 1000") }
    config.requirementWeight = try reader.number("requirement_weight") ?? requirementWeight
    config.coldStartBonus = try reader.number("cold_start_bonus") ?? coldStartBonus
    config.coldStartQuota = try reader.int("cold_start_quota") ?? coldStartQuota
    config.coldStartOverflowPenalty = try reader.number("cold_start_overflow_penalty") ?? coldStartOverflowPenalty
    for weight in try reader.weights("severity_weights") { config.severityWeights[weight.name] = weight.value }
    let weights = try reader.weights("default_requirement_weights")
    if !weights.isEmpty { config.requirementWeights = weights }
    config.logRoundLimit = try reader.int("log_round_limit") ?? logRoundLimit
    config.minFitThreshold = try reader.number("min_fit_threshold") ?? minFitThreshold
    config.promoteFitting = try reader.bool("promote_fitting") ?? promoteFitting
    config.teamSkillBeforeDomain = try reader.bool("team_skill_before_domain") ?? teamSkillBeforeDomain
    config.faultOnRejection = try reader.bool("fault_on_rejection") ?? faultOnRejection
    config.spawn = try reader.bool("spawn") ?? spawn
    config.avatarProvider = try reader.bool("avatar_provider") ?? avatarProvider
    return config
  }
}
