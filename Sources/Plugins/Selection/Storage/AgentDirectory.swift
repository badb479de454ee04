import JSONRPC
import PluginKit
import PluginProtocol

/// The agents a tenant can see, as storage has them.
struct AgentDirectory {
  static let agentLimit = 10_000
  /// Small enough that a page of long descriptions fits into one frame.
  private static let pageSize = 200

  let storage: Storage

  private static let shape: ShapeReference = .inline(
    Shape.fields("id", "name", "agent_no", "duty", "detail", "avatar", "cost_per_min").adding(.isNull("is_system", field: "tenant")))

  /// All agents by number, at most ``agentLimit``.
  func agents() async throws(RPCError) -> [CatalogueAgent] {
    try await pages("agent", order: "agent_no", shape: Self.shape).compactMap(CatalogueAgent.init)
  }

  func agent(_ id: Int64) async throws(RPCError) -> CatalogueAgent? {
    try await storage.row(.init("agent", filter: [.eq("id", .int(id))], shape: Self.shape)).flatMap(CatalogueAgent.init)
  }

  /// The profiles of all agents, with what the tenant has learned about them.
  func profiles() async throws(RPCError) -> [AgentProfile] {
    var profiles = try await agents().map { AgentProfile($0) }
    var standings: [String: JSON] = [:]
    for row in try await pages(AgentStanding.name, order: "agent", shape: "detail") {
      if let agent = row["agent"].int { standings[String(agent)] = row }
    }
    for index in profiles.indices {
      if let row = standings[profiles[index].id] { try profiles[index].apply(stored: row) }
    }
    return profiles
  }

  func standing(of id: Int64) async throws(RPCError) -> JSON? {
    try await storage.row(.init(AgentStanding.name, filter: [.eq("agent", .int(id))]))
  }

  /// Which of these ids are agents the tenant can see.
  func known(_ ids: [Int64]) async throws(RPCError) -> Set<Int64> {
    var known: Set<Int64> = []
    for start in stride(from: 0, to: ids.count, by: 1000) {
      let some = ids[start..<min(start + 1000, ids.count)].map { JSON.int($0) }
      let rows = try await storage.rows(.init("agent", filter: [.isIn("id", some)], limit: 1000, shape: .inline(.fields("id"))))
      known.formUnion(rows.compactMap { $0["id"].int })
    }
    return known
  }

  private func pages(_ collection: String, order: String, shape: ShapeReference) async throws(RPCError) -> [JSON] {
    var all: [JSON] = []
    while all.count < Self.agentLimit {
      let rows = try await storage.rows(.init(collection, order: [order], limit: Self.pageSize, offset: all.count, shape: shape))
      all += rows
      if rows.count < Self.pageSize { break }
    }
    return all
  }
}
