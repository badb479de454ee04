import JSONRPC
import PluginKit
import PluginProtocol

/// The first events of streams. Source: contract http.md, section 15.2.
extension ExecutionMethods {
  @Sendable func streamState(_ request: Request) async throws -> JSON {
    let (state, status, isOver) = try await roundState(request)
    // The bare word for clients of old, the full name for all others.
    let last: [JSON] = isOver ? [status, "execution_\(status)"].map { ["event": .string($0), "data": state] } : []
    return [
      "state": state, "finished": .bool(isOver), "events": .array(last),
      "close_on": ["execution_completed", "execution_failed", "execution_cancelled"],
    ]
  }

  /// Source: contract http.md, section 13, replay.
  @Sendable func replayState(_ request: Request) async throws -> JSON {
    let call = try request.http
    let speed = call.query("speed").flatMap { try? JSON(parsing: $0).double } ?? 1
    let (state, _, _) = try await roundState(request)
    return ["state": state, "replay": ["from": .int(try call.intQuery("from_seq") ?? 0), "speed": .double(speed)]]
  }

  private func roundState(_ request: Request) async throws -> (state: JSON, status: String, isOver: Bool) {
    let call = try request.http
    guard let row = try await request.storage.row("execution_round", key: call.path("id"), shape: "status")?.withProgress else {
      throw HTTPCall.refused(404, "Execution round not found")
    }
    let status = row["status"].string ?? ""
    let isOver = ["completed", "failed", "cancelled"].contains(status)
    let members = ["status", "round_number", "started_at", "completed_at", "total_tokens", "total_cost_usd", "total_llm_calls"]
    var state = JSONObject([("execution_round_id", row["id"])] + members.map { ($0, row[$0]) })
    state["progress"] = progress(row["progress"])
    if isOver {
      state["summary"] = row["summary"]
      state["error_message"] = row["error_message"]
    }
    return (.object(state), status, isOver)
  }

  private func progress(_ row: JSON) -> JSON {
    guard !row.isNull else { return .null }
    return [
      "phase": row["current_phase"], "agent": row["current_agent"], "task": row["current_task"],
      "progress_percent": row["progress_percent"], "completed_tasks": row["completed_tasks"], "total_tasks": row["total_tasks"],
      "completed_requirements": row["completed_requirements"], "total_requirements": row["total_requirements"],
    ]
  }

  @Sendable func tenantStreamState(_ request: Request) async throws -> JSON {
    let call = try request.http
    var filter: [Condition] = [.isIn("status", ["pending", "running"])]
    if let project = try call.intQuery("project") { filter.append(.eq("project", .int(project))) }
    let shape = Shape([
      .field("id", as: "execution_round_id"), .field("project", as: "project_id"),
      .lookup("project_name", reference: "project", field: "name"), "status", "round_number", "started_at",
    ])
    let rows = try await request.storage.rows(.init("execution_round", filter: filter, limit: 100, shape: .inline(shape)))
    return ["state": ["active_executions": .array(rows)], "finished": false]
  }

  @Sendable func observabilityStreamState(_ request: Request) async throws -> JSON {
    ["state": ["status": "ok"], "finished": false]
  }
}
