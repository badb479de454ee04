import JSONRPC
import PluginKit
import PluginProtocol
import UnixTransport

/// Source: contract http.md, section 13; DECISIONS 25.
extension ExecutionMethods {
  private static let orderings = ["created_at", "completed_at", "total_tokens", "total_cost_usd"]

  @Sendable func history(_ request: Request) async throws -> JSON {
    let call = try request.http
    var filter = try window(call)
    let statuses = call.query("status").map { $0.split(separator: ",").map { JSON.string($0.trimmed) } }
    let wanted = statuses.map { list in ExecutionRoundSpec.terminal.filter(list.contains) } ?? ExecutionRoundSpec.terminal
    filter.append(.isIn("status", wanted))
    if let text = call.query("q") {
      let value = JSON.string(text)
      filter.append(
        .any([
          [.compare(field: "requirement_text", op: .contains, value: value)], [.compare(field: "summary", op: .contains, value: value)],
        ]))
    }
    if let agent = try call.intQuery("agent") { filter.append(.isIn("$key", try await rounds(with: agent, request))) }
    let asked = (call.query("ordering") ?? "").split(separator: ",").map(\.trimmed)
    let order = asked.filter { ExecutionMethods.orderings.contains($0.hasPrefix("-") ? String($0.dropFirst()) : $0) }
    let paging = try Paging(
      call, path: "/api/v1/execution/history/", keeping: ["project", "status", "from", "to", "q", "agent", "ordering"])
    let selection = StorageRead.Selection("execution_round", filter: filter, order: order, shape: "history")
    return HTTPCall.reply(try await paging.answer(selection, request.storage))
  }

  /// The newest rounds in which this agent was selected.
  private func rounds(with agent: Int64, _ request: Request) async throws -> [JSON] {
    guard try await request.collections().contains("agent_selection_decision") else { return [] }
    let chosen = StorageRead.Selection(
      "agent_selection_decision", filter: [.eq("agent", .int(agent)), .eq("is_selected", true)], order: ["-created_at"], limit: 1_000,
      shape: .inline(.fields("execution_round")))
    return Array(Set(try await request.storage.rows(chosen).map { $0["execution_round"] }))
  }

  private func window(_ call: HTTPCall) throws -> [Condition] {
    var filter: [Condition] = []
    if let project = try call.intQuery("project") { filter.append(.eq("project", .int(project))) }
    if let from = call.query("from") { filter.append(.compare(field: "created_at", op: .ge, value: .string(from))) }
    if let to = call.query("to") { filter.append(.compare(field: "created_at", op: .le, value: .string(to))) }
    return filter
  }

  /// The last 30 days, unless asked otherwise.
  @Sendable func historyStats(_ request: Request) async throws -> JSON {
    let call = try request.http
    var filter = try window(call)
    if call.query("from") == nil {
      let from = WireDate.text(SystemTime.microseconds() - 30 * WireDate.day)
      filter.append(.compare(field: "created_at", op: .ge, value: .string(from)))
    }
    let isHourly = call.query("interval") == "hour"
    let shape = Shape([
      "id", "status", "created_at", .seconds("duration_seconds", from: "started_at", to: "completed_at"), "total_tokens",
      .number("total_cost_usd", field: "total_cost_usd"),
    ])
    let over = filter + [.isIn("status", ExecutionRoundSpec.terminal)]
    var stats = RoundStatistics(isHourly: isHourly)
    for offset in stride(from: 0, to: ExecutionMethods.statisticsLimit, by: 1_000) {
      let rows = try await request.storage.rows(
        .init("execution_round", filter: over, limit: 1_000, offset: offset, shape: .inline(shape)))
      for row in rows { stats.add(row) }
      if rows.count < 1_000 { break }
    }
    let agents = try await byAgent(filter, request)
    return HTTPCall.reply(stats.json(byAgent: agents))
  }

  /// How many rounds the statistics look at.
  private static let statisticsLimit = 20_000

  /// Rounds, tokens and cost of each agent, from the usage rows of rounds.
  private func byAgent(_ filter: [Condition], _ request: Request) async throws -> JSON {
    guard try await request.collections().contains("usage_record") else { return [] }
    let ofRounds = filter.map { $0.through("execution_round") } + [.isNull("execution_round", false)]
    let read = StorageRead.aggregate(
      .init(
        "usage_record", filter: ofRounds, group: ["agent_name", "execution_round"],
        measures: [.init("tokens", .sum, "total_tokens"), .init("cost", .sum, "cost_usd")]))
    var order: [String] = []
    var sums: [String: (rounds: Int, tokens: Int64, cost: Double)] = [:]
    for row in try await request.storage.read(read)["rows"].array ?? [] {
      let name = row["agent_name"].string ?? ""
      if sums[name] == nil { order.append(name) }
      let sum = sums[name] ?? (0, 0, 0)
      sums[name] = (sum.rounds + 1, sum.tokens + (row["tokens"].int ?? 0), sum.cost + (row["cost"].double ?? 0))
    }
    return .array(
      order.sorted().map { name in
        let sum = sums[name] ?? (0, 0, 0)
        return ["agent_name": .string(name), "rounds": .int(sum.rounds), "tokens": .int(sum.tokens), "cost": .double(sum.cost)]
      })
  }
}

extension Condition {
  /// The same condition on the row a reference points at.
  fileprivate func through(_ reference: String) -> Condition {
    switch self {
    case .compare(let field, let op, let value): .compare(field: "\(reference).\(field)", op: op, value: value)
    case .any(let groups): .any(groups.map { $0.map { $0.through(reference) } })
    }
  }
}
