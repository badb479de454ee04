import JSONRPC
import PluginKit
import PluginProtocol
import UnixTransport

private let dayLimit: Int64 = 36_500
private let agentLimit = 10

/// Source: contract http.md, section 14.2, usage/summary.
@Sendable func usageSummary(_ request: Request) async throws -> JSON {
  let call = HTTPCall(try request.params)
  let days = try call.intQuery("days") ?? 30
  guard days <= dayLimit else { throw HTTPCall.invalid("days", "Ensure this value is less than or equal to \(dayLimit).") }
  var filter: [Condition] = [.compare(field: "timestamp", op: .ge, value: .string(past(hours: max(0, days) * 24)))]
  if days <= 0 { filter.append(.isNull("timestamp")) }
  if let project = call.query("project") { filter.append(.eq("agentscope_project_id", .string(project))) }
  func grouped(_ field: String, _ limit: Int) -> StorageRead {
    .aggregate(.init("usage_record", filter: filter, group: [field], measures: sums, order: ["-tokens", field], limit: limit))
  }
  let totals: [StorageRead.Measure] = [
    .init("total_tokens", .sum, "total_tokens"), .init("total_cost_usd", .sum, "cost_usd"), .count("total_calls"),
    .init("avg_duration_ms", .avg, "duration_ms"),
  ]
  let answer = try await Storage(request.host).read(
    .many([
      .aggregate(.init("usage_record", filter: filter, measures: totals)), grouped("agent_name", agentLimit), grouped("model_name", 1000),
    ]))["results"]
  return HTTPCall.reply([
    "summary": zeroed(answer[0]["rows"][0]), "by_agent": answer[1]["rows"], "by_model": answer[2]["rows"],
  ])
}

/// Source: contract http.md, section 14.2, usage/trend.
@Sendable func usageTrend(_ request: Request) async throws -> JSON {
  let call = HTTPCall(try request.params)
  let hourly = call.query("interval") == "hour"
  var filter: [Condition] = [.compare(field: "timestamp", op: .ge, value: .string(past(hours: hourly ? 24 : 24 * 30)))]
  if let project = call.query("project") { filter.append(.eq("agentscope_project_id", .string(project))) }
  let bucket = StorageRead.Bucket("timestamp", hourly ? .hour : .day)
  let answer = try await Storage(request.host).read(
    .aggregate(.init("usage_record", filter: filter, bucket: bucket, measures: sums, order: ["period"])))
  return HTTPCall.reply(answer["rows"])
}

/// Source: contract http.md, section 14.2, project stats.
@Sendable func projectStats(_ request: Request) async throws -> JSON {
  let call = HTTPCall(try request.params)
  let project = call.path("project_id")
  let ofProject: [Condition] = [.eq("agentscope_project_id", project)]
  let usage: [StorageRead.Measure] = [
    .init("total_tokens", .sum, "total_tokens"), .init("total_cost_usd", .sum, "cost_usd"), .count("llm_calls"),
  ]
  let active = StorageRead.Selection(
    "execution_record", filter: ofProject + [.eq("status", "running")], limit: 1000,
    shape: .inline(.fields("agent_name", "start_time", "round_index")))
  let answer = try await Storage(request.host).read(
    .many([
      .aggregate(.init("usage_record", filter: ofProject, measures: usage)),
      .aggregate(.init("execution_record", filter: ofProject, group: ["status"], measures: [.count("count")])),
      .aggregate(.init("execution_record", filter: ofProject, measures: [.init("avg_duration_ms", .avg, "duration_ms")])), .select(active),
    ]))["results"]
  return HTTPCall.reply([
    "project_id": project, "usage": zeroed(answer[0]["rows"][0]),
    "executions": executions(byStatus: answer[1]["rows"].array ?? [], average: answer[2]["rows"][0]["avg_duration_ms"]),
    "active_agents": answer[3]["rows"],
  ])
}

private let sums: [StorageRead.Measure] = [.init("tokens", .sum, "total_tokens"), .init("cost", .sum, "cost_usd"), .count("calls")]

private func executions(byStatus rows: [JSON], average: JSON) -> JSON {
  func count(_ status: String) -> Int64 { rows.first { $0["status"].string == status }?["count"].int ?? 0 }
  let total = rows.reduce(0) { $0 + ($1["count"].int ?? 0) }
  let rate = total == 0 ? 0 : (Double(count("completed")) / Double(total) * 10_000).rounded() / 100
  return [
    "total": .int(total), "completed": .int(count("completed")), "failed": .int(count("failed")), "success_rate": .double(rate),
    "avg_duration_ms": average.isNull ? 0 : average,
  ]
}

/// Sums of nothing are zero.
private func zeroed(_ row: JSON) -> JSON {
  .object(JSONObject((row.object ?? [:]).members.map { ($0.name, $0.value.isNull ? 0 : $0.value) }))
}

/// The moment that many hours ago, in wire form.
private func past(hours: Int64) -> String { WireDate.text(SystemTime.microseconds() - hours * WireDate.hour) }
