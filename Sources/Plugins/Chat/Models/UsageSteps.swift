import JSONRPC
import ModelKit
import PluginKit
import PluginProtocol

/// The steps that record what a call took: a usage row, the round's totals, two events. Source: contract http.md, section 15.3.
enum UsageSteps {
  static func steps(_ call: ModelCall, _ reply: ModelReply, span: String) -> [StorageStep] {
    let agent = String(call.agentName.unicodeScalars.prefix(100).map(Character.init))
    let project = call.project.int.map(String.init) ?? ""
    let row: JSONObject = [
      "timestamp": StorageValue.now, "agentscope_project_id": .string(project),
      "agentscope_agent_id": .string(String(call.agentID.prefix(100))),
      "agent_name": .string(agent), "model_name": .string(String(reply.model.prefix(100))), "input_tokens": .int(reply.usage.read),
      "output_tokens": .int(reply.usage.written), "total_tokens": .int(reply.usage.total), "cost_usd": .string(reply.costText),
      "cost_known": .bool(reply.cost != nil),
      "duration_ms": .double(reply.milliseconds), "span_id": .string(String(span.prefix(100))), "project": call.project,
      "execution_round": call.round,
    ]
    let cost = reply.cost.map(JSON.double) ?? .null
    var steps: [StorageStep] = [.insert(.init("usage_record", row, as: "usage"))]
    if !call.round.isNull {
      let more: JSONObject = ["total_tokens": .int(reply.usage.total), "total_cost_usd": .string(reply.costText), "total_llm_calls": 1]
      steps.append(.update(.init("execution_round", filter: [.eq("$key", call.round)], increment: more)))
    }
    let usage: JSON = [
      "id": StorageValue.ref("usage"), "agent_name": .string(agent), "total_tokens": .int(reply.usage.total), "cost_usd": cost,
    ]
    let recorded: JSON = [
      "execution_round_id": call.round, "agent_name": .string(agent), "model_name": .string(reply.model), "tokens": .int(reply.usage.total),
      "total_tokens": .int(reply.usage.total), "cost": cost, "cost_usd": cost,
    ]
    return steps + [
      .event(.init("usage", usage, project: call.project)),
      .event(.init("usage_recorded", recorded, round: call.round, project: call.project)),
    ]
  }
}
