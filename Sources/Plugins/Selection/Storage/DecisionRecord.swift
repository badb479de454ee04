import JSONRPC
import PluginProtocol

/// Where a decision is to be stored.
struct DecisionRecord: Sendable, Equatable {
  struct Fence: Sendable, Equatable {
    let job: String
    let epoch: Int
  }

  let round: String
  let project: JSON
  /// The lease under which the caller works: a caller that has lost it stores nothing.
  let fence: Fence?

  init?(_ reader: WireReader?) throws(WireError) {
    guard let reader else { return nil }
    round = try reader.requiredText("execution_round")
    project = try reader.int("project").map { .int($0) } ?? .null
    if let fence = try reader.reader("fence") {
      guard let epoch = try fence.int("epoch") else { throw fence.wrong("epoch", "is missing") }
      self.fence = Fence(job: try fence.requiredText("job"), epoch: epoch)
    } else {
      fence = nil
    }
  }

  /// Stores one decision, in place of an earlier one of the same round, role, requirement and batch; an empty ranking stores nothing.
  ///
  /// - Parameters:
  ///   - agents: ids that are rows of the catalogue.
  ///   - made: the agent made because nobody fits; it stands behind those that were ranked.
  func steps(_ decision: SelectionDecision, _ ask: SelectionAsk, agents: Set<Int64>, made: JSON? = nil) -> [StorageStep] {
    guard !decision.ranking.isEmpty || made != nil else { return [] }
    let ranked = decision.ranking.enumerated().map { order, ranking in
      ranking.row(
        round: .string(round), agent: Int64(ranking.agentID).flatMap { agents.contains($0) ? .int($0) : nil } ?? .null, role: ask.role,
        source: decision.source, order: order, isSelected: order == decision.selectedIndex, batchIndex: decision.batchIndex,
        requirementID: ask.requirementID)
    }
    let rows = ranked + (made.map { [SpawnedAgent.row($0, self, ask, order: ranked.count)] } ?? [])
    let earlier: [Condition] = [
      .eq("execution_round", .string(round)), .eq("role_assigned", .string(ask.role)),
      .eq("requirement_id", .string(ask.requirementID)), .eq("batch_index", .int(decision.batchIndex)),
    ]
    let facts: JSON = [
      "execution_round_id": .string(round), "selected_agent": JSON(made?["name"].string ?? decision.selected?.agentName),
      "candidate_count": .int(rows.count),
    ]
    return [
      .delete(collection: AgentSelectionDecision.name, filter: earlier, expect: nil),
      .insert(.init(AgentSelectionDecision.name, rows: rows)),
      .event(.init("agent_selection", facts, round: .string(round), project: project)),
    ]
  }

  var fenceSteps: [StorageStep] { fence.map { [.fence(job: $0.job, epoch: $0.epoch)] } ?? [] }
}
