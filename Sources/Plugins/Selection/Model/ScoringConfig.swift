/// The numbers and switches of the selector.
struct ScoringConfig: Sendable, Equatable {
  /// Agents in a batch.
  var topN = 20
  /// Weight of the fit in the total.
  var requirementWeight = 0.35
  /// Added for a newcomer with a slot.
  var coldStartBonus = 0.15
  /// Slots of one call.
  var coldStartQuota = 5
  /// Taken from a newcomer without a slot.
  var coldStartOverflowPenalty = 0.0
  var severityWeights = ["critical": 1.0, "major": 0.5, "minor": 0.2, "notice": 0.1]
  var requirementWeights: [NamedWeight] = [
    NamedWeight(name: "skills", value: 0.30), NamedWeight(name: "tools", value: 0.15), NamedWeight(name: "domains", value: 0.15),
    NamedWeight(name: "languages", value: 0.10), NamedWeight(name: "regions", value: 0.05),
    NamedWeight(name: "compliance_tags", value: 0.05), NamedWeight(name: "description", value: 0.20),
  ]
  /// Rounds the log shows when no number is asked for.
  var logRoundLimit = 20
  /// A fit below this is not taken.
  var minFitThreshold = 0.10
  /// When the first of the ranking misses the threshold, take the first that reaches it.
  var promoteFitting = true
  /// In a team a domain counts only beside a skill.
  var teamSkillBeforeDomain = true
  /// Rejected work leaves a minor fault.
  var faultOnRejection = true

  /// Make an agent where a caller allows it and nobody fits.
  var spawn = true
  /// Ask the capability `images` for avatars; else they are drawn here.
  var avatarProvider = false

  /// As the recorded vectors were made: without the three switches.
  static var original: ScoringConfig {
    var config = ScoringConfig()
    config.promoteFitting = false
    config.teamSkillBeforeDomain = false
    config.faultOnRejection = false
    return config
  }
}
