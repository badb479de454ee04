import JSONRPC
import PluginKit
import PluginProtocol

extension SelectionPlugin {
  /// `GET …/selections/{id}/explain/`: why an agent was, or was not, selected, and what would have changed that.
  @Sendable func explain(_ request: Request) async throws -> JSON {
    let call = HTTPCall(try request.params)
    let storage = Storage(request.host)
    let name = AgentSelectionDecision.name
    let shape = ShapeReference.inline(AgentSelectionDecision.explained)
    guard let row = try await storage.row(name, key: call.path("id"), shape: shape) else {
      throw HTTPCall.notFound("AgentSelectionDecision")
    }
    let sameDecision: [Condition] = ["execution_round", "role_assigned", "requirement_id", "batch_index"].map { .eq($0, row[$0]) }
    let rows = try await storage.rows(.init(name, filter: sameDecision, order: ["selection_order"], limit: 1000, shape: shape))
    guard let answer = await Self.explanation(of: row["id"], among: rows) else { throw HTTPCall.notFound("AgentSelectionDecision") }
    return HTTPCall.reply(answer)
  }

  @concurrent private static func explanation(of id: JSON, among rows: [JSON]) async -> JSON? { StoredDecision(rows, about: id)?.json }
}
