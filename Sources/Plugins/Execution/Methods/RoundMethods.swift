import JSONRPC
import PluginKit
import PluginProtocol

extension ExecutionMethods {
  /// Source: contract http.md, section 11.2.
  @Sendable func show(_ request: Request) async throws -> JSON {
    HTTPCall.reply(try await request.round(request.http, shape: "detail").withProgress)
  }

  /// Source: contract http.md, section 11.3.
  @Sendable func status(_ request: Request) async throws -> JSON {
    let row = try await request.round(request.http, shape: "status").withProgress
    let members = [
      "id", "status", "round_number", "started_at", "completed_at", "duration_seconds", "summary", "error_message", "error_code",
    ]
    var body = JSONObject(members.map { ($0, row[$0]) })
    body["usage"] = try await usage(row, request)
    body["progress"] = row["progress"]
    return HTTPCall.reply(.object(body))
  }

  /// The round's own counters; while they are 0, the usage rows linked to it.
  private func usage(_ row: JSON, _ request: Request) async throws -> JSON {
    if row["total_llm_calls"].int != 0 || row["total_tokens"].int != 0 {
      return [
        "total_tokens": row["total_tokens"], "total_cost_usd": row["total_cost_usd"], "total_llm_calls": row["total_llm_calls"],
      ]
    }
    let nothing: JSON = ["total_tokens": 0, "total_cost_usd": 0.0, "total_llm_calls": 0]
    guard try await request.collections().contains("usage_record") else { return nothing }
    let read = StorageRead.aggregate(
      .init(
        "usage_record", filter: [.eq("execution_round", row["id"])],
        measures: [.count("calls"), .init("tokens", .sum, "total_tokens"), .init("cost", .sum, "cost_usd")]))
    let sums = try await request.storage.read(read)["rows"][0]
    guard let calls = sums["calls"].int, calls > 0 else { return nothing }
    return ["total_tokens": sums["tokens"], "total_cost_usd": sums["cost"], "total_llm_calls": .int(calls)]
  }

  /// Source: contract http.md, section 11.3: oldest first, or the newest `limit` with `order=desc`.
  @Sendable func logs(_ request: Request) async throws -> JSON {
    let call = try request.http
    let round = try await request.round(call, shape: .inline(.fields("id")))
    let limit = try call.intQuery("limit") ?? 100
    guard limit >= 0 else { throw HTTPCall.invalid("limit", "Ensure this value is greater than or equal to 0.") }
    guard limit > 0 else { return HTTPCall.reply([]) }
    var filter: [Condition] = [.eq("execution_round", round["id"])]
    if let level = call.query("level") { filter.append(.eq("level", .string(level))) }
    if let source = call.query("source") { filter.append(.eq("source", .string(source))) }
    if let after = call.query("after") { filter.append(.compare(field: "timestamp", op: .gt, value: .string(after))) }
    let order = call.query("order") == "desc" ? ["-timestamp"] : ["timestamp"]
    let rows = try await request.storage.rows(
      .init("execution_log", filter: filter, order: order, limit: Int(min(limit, 1_000)), shape: "list"))
    return HTTPCall.reply(.array(rows))
  }

  /// Source: contract http.md, section 13.
  @Sendable func events(_ request: Request) async throws -> JSON {
    let call = try request.http
    let round = try await request.round(call, shape: .inline(.fields("id")))
    let after = try call.intQuery("after") ?? 0
    let limit = min(max(try call.intQuery("limit") ?? 200, 1), 1_000)
    let answer = try await request.host.call(
      "storage.events", ["round": round["id"], "after": .int(max(0, after)), "limit": .int(limit)])
    let events = answer["events"].array ?? []
    let types = call.query("type").map { Set($0.split(separator: ",").map { $0.trimmed }) }
    let results = events.filter { types?.contains($0["type"].string ?? "") ?? true }.map { event -> JSON in
      ["seq": event["seq"], "type": event["type"], "data": event["data"], "created_at": event["created_at"]]
    }
    let next = events.count < Int(limit) ? JSON.null : events.last?["seq"] ?? .null
    return HTTPCall.reply(["results": .array(results), "next_after": next])
  }
}
