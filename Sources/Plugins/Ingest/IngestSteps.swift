import JSONRPC
import PluginProtocol

/// The transaction that records one model call.
enum UsageSteps {
  static func steps(_ row: JSONObject, link: Link) -> [StorageStep] {
    let tokens = row["total_tokens"] ?? 0
    let cost = JSON.double(Double(row["cost_usd"]?.string ?? "0") ?? 0)
    var steps: [StorageStep] = [.insert(.init("usage_record", row, as: "usage"))]
    if !link.round.isNull {
      let more: JSONObject = ["total_tokens": tokens, "total_cost_usd": row["cost_usd"] ?? "0", "total_llm_calls": 1]
      steps.append(.update(.init("execution_round", filter: [.eq("$key", link.round)], increment: more)))
    }
    steps.append(
      .event(
        .init(
          "usage", ["id": StorageValue.ref("usage"), "agent_name": row["agent_name"] ?? "", "total_tokens": tokens, "cost_usd": cost],
          project: link.project)))
    let recorded: JSON = [
      "execution_round_id": link.round, "agent_name": row["agent_name"] ?? "", "model_name": row["model_name"] ?? "", "tokens": tokens,
      "total_tokens": tokens, "cost": cost, "cost_usd": cost,
    ]
    steps.append(.event(.init("usage_recorded", recorded, round: link.round, project: link.project)))
    return steps
  }
}

/// The events of a pushed run of an agent.
enum ExecutionSteps {
  private static let outputLimit = 500

  /// - Parameter before: the status stored so far, nil for a new record.
  static func events(_ row: JSONObject, before: String?, link: Link) -> [StorageStep] {
    let status = row["status"]?.string ?? "running"
    var steps: [StorageStep] = [
      .event(
        .init(
          "execution",
          [
            "execution_id": row["execution_id"] ?? "", "agent_name": row["agent_name"] ?? "", "status": .string(status),
            "round_index": row["round_index"] ?? 0,
          ], project: link.project))
    ]
    guard before != status, !link.round.isNull else { return steps }
    let content = row["content"]?.string ?? ""
    var data: JSONObject = [
      "execution_round_id": link.round, "agent_name": row["agent_name"] ?? "", "task": row["node_id"] ?? "",
    ]
    switch status {
    case "completed":
      data["output"] = .string(String(String.UnicodeScalarView(content.unicodeScalars.prefix(outputLimit))))
      data["duration_ms"] = row["duration_ms"] ?? .null
      data["tokens_used"] = row["total_tokens"] ?? 0
      steps.append(.event(.init("agent_completed", .object(data), round: link.round, project: link.project)))
    case "failed":
      data["error"] = row["error_message"] ?? ""
      steps.append(.event(.init("agent_error", .object(data), round: link.round, project: link.project)))
    default: steps.append(.event(.init("agent_started", .object(data), round: link.round, project: link.project)))
    }
    return steps
  }
}
