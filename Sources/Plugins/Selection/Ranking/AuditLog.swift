/// The last decisions of one selector, oldest first; errors leave no trace in it.
struct AuditLog: Sendable {
  struct Round: Sendable, Equatable {
    let batchIndex: Int
    let source: SelectionDecision.Source
    let selectedAgentID: String?
    /// Best first.
    let candidateIDs: [String]
    let createdAt: Timestamp
  }

  static let roundLimit = 1000

  private var rounds: [Round] = []
  private let defaultLimit: Int

  /// - Parameter defaultLimit: how many rounds are shown when no number is asked for.
  init(defaultLimit: Int) { self.defaultLimit = defaultLimit }

  var count: Int { rounds.count }

  mutating func append(_ decision: SelectionDecision, at now: Timestamp) {
    if rounds.count == Self.roundLimit { rounds.removeFirst() }
    rounds.append(
      Round(
        batchIndex: decision.batchIndex, source: decision.source, selectedAgentID: decision.selected?.agentID,
        candidateIDs: decision.ranking.map(\.agentID), createdAt: now))
  }

  /// The newest rounds, oldest first. No limit, or zero, means the default one.
  func lastRounds(_ limit: Int? = nil) -> [Round] { rounds.suffix(limit.flatMap { $0 > 0 ? $0 : nil } ?? defaultLimit) }
}
