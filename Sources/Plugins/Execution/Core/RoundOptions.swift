import JSONRPC

/// How a round works (DECISIONS 26).
struct RoundOptions: Sendable, Equatable {
  /// How often a failed requirement may be tried, 1…10.
  var maxRounds = 3
  /// Ready requirements together.
  var parallel = true
  /// A branch per requirement, merged after QA; off: commits straight to the delivery branch.
  var prMode = true
  /// No validation layer.
  var skipValidation = false
  /// Existing files are changed by edits instead of rewritten.
  var editMode = false
  /// Each requirement is a job of its own.
  var useTaskSharding = false
  /// The share of criteria that must pass, 0.5…1.
  var passThreshold = 1.0
  /// `live`; `record`: models' replies are kept; `replay`: kept replies only, no model (docs/LLM.md, section 11).
  var modelMode = "live"

  static let maxRoundsRange: ClosedRange<Int> = 1...10

  init() {}

  /// Reads the stored object; what is missing or of the wrong type keeps its default.
  init(json: JSON) {
    maxRounds = json["max_rounds"].int.map { min(max(Int($0), 1), 10) } ?? maxRounds
    parallel = json["parallel"].bool ?? parallel
    prMode = json["pr_mode"].bool ?? prMode
    skipValidation = json["skip_validation"].bool ?? skipValidation
    editMode = json["edit_mode"].bool ?? editMode
    useTaskSharding = json["use_task_sharding"].bool ?? useTaskSharding
    passThreshold = json["pass_threshold"].double ?? passThreshold
    modelMode = json["llm_mode"].string ?? modelMode
  }

  var json: JSON {
    var object: JSONObject = [
      "max_rounds": .int(maxRounds), "parallel": .bool(parallel), "pr_mode": .bool(prMode),
      "skip_validation": .bool(skipValidation), "edit_mode": .bool(editMode),
    ]
    if useTaskSharding { object["use_task_sharding"] = true }
    if modelMode != "live" { object["llm_mode"] = .string(modelMode) }
    if passThreshold != 1 { object["pass_threshold"] = .double(passThreshold) }
    return .object(object)
  }
}
