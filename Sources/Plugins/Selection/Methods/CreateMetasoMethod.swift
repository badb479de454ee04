import JSONRPC
import PluginKit
import PluginProtocol

extension SelectionPlugin {
  /// `POST /agents/create-metaso/`: a suggested agent becomes one of the tenant's. Source: contract http.md, section 17.
  @Sendable func createMetaso(_ request: Request) async throws -> JSON {
    let call = HTTPCall(try request.params)
    let storage = Storage(request.host)
    let draft = try AgentDraft(metaso: call.body["spec"] ?? .null)
    try await requireProject(call.body["project_id"] ?? .null, storage)
    let seed = [request.meta.operationID ?? "", call.body["spec"]?["agent_id"].string ?? "", draft.name]
    return HTTPCall.reply(["agent": try await insert(draft, "metaso_", digits: 8, seed: seed, storage)])
  }

  /// Puts an agent into the tenant's catalogue under a number that is free.
  ///
  /// - Parameter seed: a repeated request has the same one, and so finds the same numbers.
  func insert(_ draft: AgentDraft, _ prefix: String, digits: Int, seed: [String], _ storage: Storage) async throws(RPCError) -> JSON {
    var draft = draft
    var attempt = 0
    while true {
      draft.number = prefix + Fingerprint.short(seed + [String(attempt)]).suffix(digits)
      do {
        return try await storage.transact([.insert(.init("agent", draft.row, returning: "detail"))]).first?["row"] ?? .null
      } catch {
        attempt += 1
        guard error.applicationCode == "not_unique", attempt < Self.numberAttempts else { throw error }
      }
    }
  }

  private static let numberAttempts = 8
}
