import JSONRPC
import PluginProtocol

extension ScoringConfig {
  /// The keys of the manifest's `[config]`; all may also be given with a call.
  static let keys: [ConfigKeySpec] = {
    let defaults = ScoringConfig()
    return [
      ConfigKeySpec("top_n", "integer", default: .int(defaults.topN), "Agents in a batch, 1 to 1000."),
      ConfigKeySpec("requirement_weight", "number", default: .double(defaults.requirementWeight), "Weight of the fit in the total."),
      ConfigKeySpec("cold_start_bonus", "number", default: .double(defaults.coldStartBonus), "Added for a newcomer with a slot."),
      ConfigKeySpec("cold_start_quota", "integer", default: .int(defaults.coldStartQuota), "Newcomers' slots of one call."),
      ConfigKeySpec(
        "cold_start_overflow_penalty", "number", default: .double(defaults.coldStartOverflowPenalty),
        "Taken from a newcomer without a slot."),
      ConfigKeySpec("severity_weights", "table", "What a fault of each severity costs."),
      ConfigKeySpec("default_requirement_weights", "table", "Weights of the parts of the fit, all of them."),
      ConfigKeySpec("log_round_limit", "integer", default: .int(defaults.logRoundLimit), "Rounds shown when no number is asked for."),
      ConfigKeySpec("min_fit_threshold", "number", default: .double(defaults.minFitThreshold), "A fit below this is not taken."),
      ConfigKeySpec(
        "promote_fitting", "boolean", default: .bool(defaults.promoteFitting),
        "When the first of a ranking misses the threshold, take the first that reaches it."),
      ConfigKeySpec(
        "team_skill_before_domain", "boolean", default: .bool(defaults.teamSkillBeforeDomain),
        "In a team a domain counts only beside a skill."),
      ConfigKeySpec(
        "fault_on_rejection", "boolean", default: .bool(defaults.faultOnRejection), "Rejected work leaves a minor fault for 30 days."),
      ConfigKeySpec("spawn", "boolean", default: .bool(defaults.spawn), "Make an agent where a caller allows it and nobody fits."),
      ConfigKeySpec(
        "avatar_provider", "boolean", default: .bool(defaults.avatarProvider),
        "Ask the capability images (to be listed in requires) for avatars; else they are drawn here."),
    ]
  }()
}
