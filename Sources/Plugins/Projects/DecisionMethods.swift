import JSONRPC
import PluginKit
import PluginProtocol

/// Source: contract http.md, section 9.8: superseded decisions are hidden unless `include_inactive=true`.
@Sendable func listDecisions(_ request: Request) async throws -> JSON {
  let call = try request.http
  var filter: [Condition] = []
  if let project = try call.intQuery("project") { filter.append(.eq("project", .int(project))) }
  if let category = call.query("category") { filter.append(.eq("category", .string(category))) }
  if let round = call.query("execution_round") { filter.append(.eq("execution_round", .string(round))) }
  if call.query("include_inactive") != "true" { filter.append(.eq("is_active", true)) }
  let page = max(1, try call.intQuery("page") ?? 1)
  let size = Int(min(100, max(1, try call.intQuery("page_size") ?? 20)))
  let selection = StorageRead.Selection(
    "project_decision", filter: filter, limit: size, offset: Int(min(page, 1_000_000) - 1) * size, shape: "list")
  let answer = try await request.storage.read(.page(selection))
  let count = Int(answer["count"].int ?? 0)
  guard page == 1 || (Int(page) - 1) * size < count else {
    throw RPCError.application("not_found", status: 404, "Invalid page.", body: ["detail": "Invalid page."])
  }
  let links = PageLinks(path: "\(call.baseURL)/api/v1/decisions/", query: call, page: Int(page), size: size, count: count)
  return HTTPCall.reply(["count": answer["count"], "next": JSON(links.next), "previous": JSON(links.previous), "results": answer["rows"]])
}

/// The links of a page; the one to page 1 carries no `page`.
struct PageLinks {
  let next: String?
  let previous: String?

  init(path: String, query: HTTPCall, page: Int, size: Int, count: Int) {
    let kept = ["project", "category", "execution_round", "include_inactive", "page_size"].compactMap { name in
      query.query(name).map { "\(name)=\($0)" }
    }
    func link(_ page: Int) -> String {
      let items = (page > 1 ? ["page=\(page)"] : []) + kept
      return items.isEmpty ? path : path + "?" + items.joined(separator: "&")
    }
    next = page * size < count ? link(page + 1) : nil
    previous = page > 1 ? link(page - 1) : nil
  }
}

/// Source: contract http.md, section 9.8, supersede rule: lock, set inactive, insert, link, in one transaction.
@Sendable func decide(_ request: Request) async throws -> JSON {
  let body = try request.http.body
  let subject: [Condition] = [
    .eq("project", body["project"] ?? .null), .eq("category", body["category"] ?? .null), .eq("key", body["key"] ?? .null),
    .eq("is_active", true),
  ]
  if let active = try await request.storage.row(.init("project_decision", filter: subject)),
    active["value"] == body["value"] ?? "", active["description"] == body["description"] ?? ""
  {
    return HTTPCall.reply(active, status: 200)
  }
  var values = body
  if let agent = body["made_by_agent"], !agent.isNull {
    values["made_by_agent_name"] = try await request.storage.row("agent", key: agent, shape: "list")?["name"]
  }
  values["active_subject"] = .string("\(body["category"]?.string ?? "")\u{1F}\(body["key"]?.string ?? "")")
  let results = try await request.storage.transact([
    .update(.init("project_decision", filter: subject, set: ["is_active": false, "active_subject": .null], as: "old")),
    .insert(.init("project_decision", values, as: "new", returning: "detail")),
    .update(
      .init(
        "project_decision", filter: Array(subject.dropLast()) + [.eq("is_active", false), .isNull("superseded_by")],
        set: ["superseded_by": StorageValue.ref("new")])),
    .event(
      .init(
        "decision",
        [
          "project_id": body["project"] ?? .null, "category": body["category"] ?? .null, "key": body["key"] ?? .null,
          "value": body["value"] ?? .null,
          "made_by": values["made_by_agent_name"] ?? "",
        ], project: body["project"] ?? .null)),
  ])
  return HTTPCall.reply(results[1]["row"])
}
