import JSONRPC
import PluginKit
import PluginProtocol

/// How far a round is, as agents report it. Source: contract http.md, sections 14.1, progress, and 15.3.
enum Progress {
  private static let counts = ["completed_tasks", "total_tasks", "completed_requirements", "total_requirements"]
  private static let agentLimit = 100
  private static let taskLimit = 255
  /// Of texts in events, in code points.
  private static let textLimit = 500

  static let routes: [RouteSpec] = [
    .rpc(
      "POST", "/api/v1/observability/ingest/progress/", .ingest, "ingest.progress", status: 201, summary: "Says how far a round is.",
      body: [
        FieldSpec("execution_round_id", .uuid), .text("event", max: 50).required(), .text("phase", max: 50),
        .text("current_agent", max: agentLimit), .text("agent_name", max: agentLimit), .text("current_task"), .text("task"),
        .text("message"),
        FieldSpec("progress_percent", .integer).with {
          $0.minimum = 0
          $0.maximum = 100
        },
      ] + counts.map { FieldSpec($0, .integer) }
    ).keepingOtherMembers().described(
      answer: .object(["status": JSONSchema.string.choices("ok")]), statuses: [404])
  ]

  /// What goes into columns of its own, or says which row.
  private static let placed: Set = Set(
    ["execution_round_id", "event", "phase", "current_agent", "agent_name", "current_task", "task", "progress_percent"] + counts)

  @Sendable static func ingest(_ request: Request) async throws -> JSON {
    let call = HTTPCall(try request.params)
    let storage = Storage(request.host)
    let round = try await PushedRound.find(call, storage)
    let values = columns(call.body).merging(["execution_round": round.id])
    try await storage.transact([
      .upsert(.init("execution_progress", match: ["execution_round"], values: values, as: "progress")), event(call.body, round),
    ])
    return HTTPCall.reply(["status": "ok"])
  }

  /// What was sent; what was not keeps its value.
  private static func columns(_ body: JSONObject) -> JSONObject {
    var values: JSONObject = [:]
    values["current_phase"] = body["phase"]
    values["current_agent"] = body["current_agent"] ?? body["agent_name"]
    values["current_task"] = (body["current_task"] ?? body["task"])?.string.map { .string($0.prefix(codePoints: taskLimit)) }
    for name in ["progress_percent"] + counts { values[name] = body[name] }
    values["last_event"] = body["event"]
    values["last_event_data"] = .object(JSONObject(body.members.filter { !placed.contains($0.name) }))
    return values
  }

  private static func event(_ body: JSONObject, _ round: PushedRound) -> StorageStep {
    let agent: JSONObject = ["agent_name": column("current_agent"), "task": column("current_task")]
    switch body["event"] {
    case "round_start":
      return round.event(
        "inner_round_started",
        [
          "inner_round": number(body["inner_round"]) ?? column("current_inner_round"),
          "total_rounds": number(body["total_rounds"]) ?? .null,
        ])
    case "round_complete":
      return round.event(
        "inner_round_completed",
        [
          "inner_round": number(body["inner_round"]) ?? column("current_inner_round"), "passed": number(body["passed"]) ?? .null,
          "total": number(body["total"]) ?? .null,
        ])
    case "agent_start": return round.event("agent_started", agent)
    case "agent_end", "agent_complete":
      let end: JSONObject = [
        "output": text(body["output"]), "duration_ms": number(body["duration_ms"]) ?? .null,
        "tokens_used": number(body["tokens_used"]) ?? .null,
      ]
      return round.event("agent_completed", agent.merging(end))
    case "agent_error": return round.event("agent_error", agent.merging(["error": text(body["error"] ?? body["message"])]))
    case "artifact_created": return round.event("artifact_created", artifact(body))
    default: return round.event("execution_progress", state(body, round))
    }
  }

  /// Where the round stands after this report.
  private static func state(_ body: JSONObject, _ round: PushedRound) -> JSONObject {
    [
      "status": round.status, "phase": column("current_phase"), "current_agent": column("current_agent"),
      "current_task": column("current_task"), "progress_percent": column("progress_percent"), "completed_tasks": column("completed_tasks"),
      "total_tasks": column("total_tasks"), "message": text(body["message"]),
    ]
  }

  private static func artifact(_ body: JSONObject) -> JSONObject {
    let type = text(body["artifact_type"] ?? body["type"])
    let path = text(body["file_path"])
    let name = path.string?.split(separator: "/").last.map { JSON.string(String($0)) } ?? ""
    return [
      "artifact_type": type, "type": type, "file_path": path, "file_name": body["file_name"].map { text($0) } ?? name,
      "language": text(body["language"]), "size_bytes": number(body["size_bytes"]) ?? .null,
      "generated_by": body["generated_by"].map { text($0) } ?? column("current_agent"),
    ]
  }

  private static func column(_ name: String) -> JSON { StorageValue.ref("progress", name) }

  private static func text(_ json: JSON?) -> JSON { .string((json?.string ?? "").prefix(codePoints: textLimit)) }

  private static func number(_ json: JSON?) -> JSON? {
    guard let json, case .number = json else { return nil }
    return json
  }
}
