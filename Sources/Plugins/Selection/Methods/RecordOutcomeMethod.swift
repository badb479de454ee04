import JSONRPC
import PluginKit
import PluginProtocol

extension SelectionPlugin {
  /// `selection.record_outcome` `{"agent_id","quality_score","accepted","user_rating","outcome_id"}`: the standing as it is now stored.
  ///
  /// With an `outcome_id` the same outcome counts once, however often it is reported.
  @Sendable func recordOutcome(_ request: Request) async throws -> JSON {
    let params = try request.reader
    let (id, outcome, outcomeID) = try params.checked { reader in
      guard let id = reader["agent_id"]?.int ?? reader["agent_id"]?.string.flatMap({ Int64($0) }) else {
        throw reader.wrong("agent_id", "expected the id of an agent")
      }
      let outcomeID = try reader.text("outcome_id")
      guard (outcomeID?.utf8.count ?? 0) <= 72 else { throw reader.wrong("outcome_id", "has more than 72 bytes") }
      return (id, try TaskOutcome(.object(reader.object), path: "params"), outcomeID)
    }
    let operationID = outcomeID.map { "outcome/\(request.meta.tenant ?? "")/\($0)" } ?? request.meta.operationID
    var attempt = 1
    while true {
      do {
        return try await learn(id, outcome, operationID, Storage(request.host))
      } catch {
        let hasChanged = error.applicationCode == "expectation" || error.applicationCode == "not_unique"
        guard hasChanged, attempt < Self.attemptLimit else { throw error }
        attempt += 1
      }
    }
  }

  /// Others may report about the same agent at the same moment; each attempt starts from what is stored then.
  private static let attemptLimit = 5

  private func learn(_ id: Int64, _ outcome: TaskOutcome, _ operationID: String?, _ storage: Storage) async throws(RPCError) -> JSON {
    let directory = AgentDirectory(storage: storage)
    guard let agent = try await directory.agent(id) else { throw HTTPCall.notFound("Agent") }
    var profile = AgentProfile(agent)
    let stored = try await directory.standing(of: id)
    if let stored { try profile.apply(stored: stored) }
    let taskCount = profile.taskCount
    profile.learn(from: outcome, at: now(), faultOnRejection: config.faultOnRejection)
    let step: StorageStep
    if let stored {
      step = .update(
        .init(
          AgentStanding.name, filter: [.eq("id", stored["id"]), .eq("task_count", .int(taskCount))], set: profile.standing,
          expect: .init(1, tag: "standing"), returning: "detail"))
    } else {
      step = .insert(.init(AgentStanding.name, profile.standing.merging(["agent": .int(id)]), returning: "detail"))
    }
    return try await storage.transact([step], operationID: operationID).first?["row"] ?? .null
  }
}
