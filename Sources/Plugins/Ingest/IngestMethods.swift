import JSONRPC
import PluginKit
import PluginProtocol

/// Source: contract http.md, section 14.1, usage: the row, the round's totals and the events are one transaction.
@Sendable func ingestUsage(_ request: Request) async throws -> JSON {
  let call = HTTPCall(try request.params)
  let storage = Storage(request.host)
  var values = call.body
  let cost = try Money.parse(values["cost_usd"] ?? 0, field: "cost_usd")
  values["cost_usd"] = cost
  let parts = (values["input_tokens"]?.int ?? 0) + (values["output_tokens"]?.int ?? 0)
  if (values["total_tokens"]?.int ?? 0) == 0 { values["total_tokens"] = .int(parts) }
  let link = try await Link.find(call, agentscopeProject: values["agentscope_project_id"] ?? .null, storage)
  let results = try await storage.transact(UsageSteps.steps(values.merging(link.fields), link: link))
  return HTTPCall.reply(["status": "ok", "id": results[0]["ids"][0]])
}

/// Source: contract http.md, section 14.1, execution: an upsert in which a late `running` never replaces an end.
@Sendable func ingestExecution(_ request: Request) async throws -> JSON {
  let call = HTTPCall(try request.params)
  let storage = Storage(request.host)
  var values = call.body
  values["total_cost_usd"] = try Money.parse(values["total_cost_usd"] ?? 0, field: "total_cost_usd")
  let link = try await Link.find(call, agentscopeProject: values["agentscope_project_id"] ?? .null, storage)
  let known = try await storage.row(.init("execution_record", filter: [.eq("execution_id", values["execution_id"] ?? .null)]))
  if let known, known["status"] != "running", values["status"] == "running" {
    return HTTPCall.reply(["status": "ok", "id": known["id"], "created": false])
  }
  let row = values.merging(link.fields)
  let upsert = StorageStep.Upsert("execution_record", match: ["execution_id"], values: row, as: "record")
  let results = try await storage.transact([.upsert(upsert)] + ExecutionSteps.events(row, before: known?["status"].string, link: link))
  return HTTPCall.reply(["status": "ok", "id": results[0]["ids"][0], "created": results[0]["created"]])
}

/// Source: contract http.md, section 14.1, timeline.
@Sendable func ingestTimeline(_ request: Request) async throws -> JSON {
  let call = HTTPCall(try request.params)
  let body = call.body
  guard body["metadata"]?.object != nil else {
    throw HTTPCall.invalid("metadata", "Expected a dictionary of items but got type \"list\".")
  }
  let storage = Storage(request.host)
  let link = try await Link.find(call, agentscopeProject: body["project_id"] ?? .null, storage)
  let sent = body["timestamp"] ?? .null
  let time = sent.isNull ? StorageValue.now : sent
  let values: JSONObject = [
    "timestamp": time, "event_type": body["event_type"] ?? "", "agentscope_project_id": body["project_id"] ?? "",
    "agentscope_agent_id": body["agent_id"] ?? "", "node_id": body["node_id"] ?? "", "message": body["message"] ?? "",
    "metadata": body["metadata"] ?? [:],
  ]
  let event: JSON = [
    "event_type": body["event_type"] ?? "", "agent_id": body["agent_id"] ?? "", "message": body["message"] ?? "",
    "node_id": body["node_id"] ?? "",
    "project_id": body["project_id"] ?? "",
  ]
  let results = try await storage.transact([
    .insert(.init("timeline_event", values.merging(link.fields))), .event(.init("timeline", event, project: link.project)),
  ])
  return HTTPCall.reply(["status": "ok", "id": results[0]["ids"][0]])
}
