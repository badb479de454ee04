import JSONRPC
import PluginKit
import PluginProtocol

extension SelectionPlugin {
  /// `selection.import_agents` `{"agents":[…]|null}`: puts system agents into the catalogue, or changes those with the same number; null =
  /// the bundled ones. For the operator only: without a tenant.
  @Sendable func importAgents(_ request: Request) async throws -> JSON {
    guard request.meta.system else { throw RPCError(.denied, "system agents are maintained from the command line") }
    let drafts = try Self.drafts(try request.params["agents"])
    let deadline = ContinuousClock.now + Self.importPatience
    while true {
      do {
        return try await put(drafts, Storage(request.host, system: true))
      } catch {
        // Just after the start storage may not know the collection yet, which another plugin contributes; and others may add the same agents.
        let passes = error.applicationCode == "not_unique" || (error.code != .application && error.code != .denied)
        guard passes, ContinuousClock.now < deadline else { throw error }
        try await Task.sleep(for: .milliseconds(100))
      }
    }
  }

  private static let importPatience: Duration = .seconds(30)

  private static func drafts(_ value: JSON) throws(RPCError) -> [AgentDraft] {
    if value.isNull { return BuiltinAgents.all.map(\.draft) }
    do {
      return try AgentDraft.list(value)
    } catch {
      throw error.rpc
    }
  }

  private func put(_ drafts: [AgentDraft], _ storage: Storage) async throws(RPCError) -> JSON {
    let numbers = drafts.map { JSON.string($0.number) }
    let rows = try await storage.rows(
      .init("agent", filter: [.isNull("tenant"), .isIn("agent_no", numbers)], limit: 1000, shape: .inline(.fields("id", "agent_no"))))
    var known: [String: JSON] = [:]
    for row in rows { known[row["agent_no"].string ?? ""] = row["id"] }
    var steps: [StorageStep] = drafts.compactMap { draft in
      known[draft.number].map { .update(.init("agent", filter: [.eq("id", $0)], set: draft.row)) }
    }
    let new = drafts.filter { known[$0.number] == nil }
    if !new.isEmpty { steps.append(.insert(.init("agent", rows: new.map(\.row)))) }
    try await storage.transact(steps)
    return ["created": .int(new.count), "updated": .int(drafts.count - new.count), "numbers": .array(numbers)]
  }
}
