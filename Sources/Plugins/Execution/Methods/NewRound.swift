import JSONRPC
import PluginKit
import PluginProtocol

/// A round that is asked for: its fields, and the transaction that makes it.
struct NewRound: Sendable {
  static let projectShape = Shape.fields("id", "main_conversation")

  /// The body of the route; camelCase spellings are synonyms. Source: contract http.md, section 11.1.
  static let body: [FieldSpec] = [
    .text("requirement").with { $0.isBlankAllowed = true },
    .integer("max_rounds", default: 3).written(as: "max_rounds", "maxRounds").with {
      $0.minimum = 1
      $0.maximum = 10
    },
    .boolean("parallel", default: true), .boolean("pr_mode", default: true).written(as: "pr_mode", "prMode"),
    .boolean("skip_validation", default: false).written(as: "skip_validation", "skipValidation"),
    .boolean("edit_mode", default: false).written(as: "edit_mode", "editMode"),
    .boolean("use_task_sharding", default: false).written(as: "use_task_sharding", "useTaskSharding"),
    .float("pass_threshold", default: 1).written(as: "pass_threshold", "passThreshold"),
    .choice("llm_mode", ["live", "record", "replay"], default: "live"),
  ]

  /// What a rerun may say otherwise; the rest is the earlier round's.
  static let overrides = body.map { field in field.with { $0.defaultValue = nil } }

  static let maxRounds = FieldSpec("max_rounds", .integer).written(as: "max_rounds", "maxRounds").with {
    $0.minimum = 1
    $0.maximum = 10
  }

  let id: String
  let project: JSON
  let requirement: String
  let options: RoundOptions
  var rerunOf = JSON.null

  init(body: JSONObject, project: JSON, _ request: Request) throws {
    // The host repeats a call under the same operation id: then it is the same round.
    id = request.meta.operationID.map { StableID.uuid("round", $0) } ?? UUIDText.random()
    self.project = project["id"]
    requirement = (body["requirement"]?.string ?? "").trimmed
    if let threshold = body["pass_threshold"]?.double, !(0.5...1).contains(threshold) {
      throw HTTPCall.invalid("pass_threshold", "Ensure this value is from 0.5 to 1.")
    }
    if let rounds = body["max_rounds"]?.int, !RoundOptions.maxRoundsRange.contains(Int(clamping: rounds)) {
      let limit = rounds < 1 ? "greater than or equal to 1" : "less than or equal to 10"
      throw HTTPCall.invalid("max_rounds", "Ensure this value is \(limit).")
    }
    options = RoundOptions(json: .object(body))
  }

  /// One transaction: round, progress, team, project, job, event.
  func steps(team: [JSONObject]) -> [StorageStep] {
    let round = JSON.string(id)
    var steps: [StorageStep] = [
      .insert(
        .init(
          "execution_round",
          [
            "id": round, "project": project,
            "round_number": StorageValue.next("execution_round", "round_number", filter: [.eq("project", project)]),
            "status": "pending", "requirement_text": .string(requirement), "options": options.json,
            "use_task_sharding": .bool(options.useTaskSharding),
            "rerun_of": rerunOf,
          ], as: "round", returning: .inline(.fields("id", "round_number")))),
      .insert(
        .init(
          "execution_progress",
          ["execution_round": round, "current_phase": "queued", "total_requirements": 1, "last_event": "execution_progress"])),
      .update(.init("project", filter: [.eq("id", project)], set: ["status": "in_progress", "phase": "working", "progress": 0])),
      job(),
      .update(.init("execution_round", filter: [.eq("id", round)], set: ["celery_task_id": StorageValue.ref("job")])),
      .event(
        .init(
          "execution_progress",
          [
            "execution_round_id": round, "status": "pending", "phase": "queued", "current_agent": "", "current_task": "",
            "progress_percent": 0, "completed_tasks": 0, "total_tasks": 0, "message": "The round waits for a worker",
          ], round: round, project: project)),
    ]
    steps += team.map { .upsert(.init("team_member", match: ["project", "agent"], values: $0, set: [], stopsAtQuota: true)) }
    return steps
  }

  private func job() -> StorageStep { NewRound.job(round: id, project: project) }

  /// Rounds of one project queue behind each other.
  static func job(round: String, project: JSON) -> StorageStep {
    .enqueue(
      .init(
        queue: JobLoop.Queue.rounds.rawValue, kind: "execute_project_task", payload: ["round": .string(round)],
        group: "project:\(project.int.map(String.init) ?? "")", as: "job"))
  }
}
