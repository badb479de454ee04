import JSONRPC
import PluginKit

extension SelectionPlugin {
  /// `selection.rounds` `{"limit"}`: the tenant's last decisions since this process began, oldest first.
  @Sendable func rounds(_ request: Request) async throws -> JSON {
    let limit = try request.reader.checked { try $0.int("limit") }
    let rounds = await audit.lastRounds(limit, of: request.meta.tenant ?? "")
    return ["rounds": .array(rounds.map(\.json))]
  }
}

extension AuditLog.Round {
  fileprivate var json: JSON {
    [
      "batch_index": .int(batchIndex), "decision_source": .string(source.rawValue), "selected_agent_id": JSON(selectedAgentID),
      "candidates": JSON(candidateIDs), "created_at": .string(createdAt.text),
    ]
  }
}
