import JSONRPC
import PluginKit
import PluginProtocol

/// Source: contract http.md, section 11.7.
extension SelectionPlugin {
  /// `GET …/selections/by_round/?project=`: the ten newest rounds of a project.
  @Sendable func byRound(_ request: Request) async throws -> JSON {
    let call = HTTPCall(try request.params)
    guard let project = try call.intQuery("project") else { throw HTTPCall.refused(400, "project parameter is required") }
    let detail = ["true", "True", "1"].contains(call.query("detail") ?? "")
    let shape = Shape([
      .field("id", as: "round_id"), "round_number", "status", "created_at",
      .many(
        "selections", collection: AgentSelectionDecision.name, by: "execution_round", shape: detail ? "detail" : "list",
        order: ["selection_order"], limit: 1000),
    ])
    let rows = try await Storage(request.host).rows(
      .init("execution_round", filter: [.eq("project", .int(project))], order: ["-created_at"], limit: 10, shape: .inline(shape)))
    return HTTPCall.reply(.array(rows))
  }

  /// `GET …/selections/agent_history/?agent=`: numbers over all rows of the agent, and the newest fifty.
  @Sendable func agentHistory(_ request: Request) async throws -> JSON {
    let call = HTTPCall(try request.params)
    guard let agent = try call.intQuery("agent") else { throw HTTPCall.refused(400, "agent parameter is required") }
    let name = AgentSelectionDecision.name
    let filter: [Condition] = [.eq("agent", .int(agent))]
    let results = try await Storage(request.host).read(
      .many([
        .count(collection: name, filter: filter), .count(collection: name, filter: filter + [.eq("is_selected", true)]),
        .aggregate(.init(name, filter: filter, measures: [.init("average", .avg, "total_score")])),
        .select(.init(name, filter: filter, order: ["-created_at"], limit: 50)),
      ]))["results"]
    let total = results[0]["count"].int ?? 0
    let selected = results[1]["count"].int ?? 0
    return HTTPCall.reply([
      "agent_id": JSON(call.query("agent")), "total_selections": .int(total), "times_selected": .int(selected),
      "selection_rate": total == 0 ? 0 : .double(Double(selected) / Double(total)),
      "average_score": .double(results[2]["rows"][0]["average"].double ?? 0), "history": results[3]["rows"],
    ])
  }
}
