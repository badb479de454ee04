/// What one call of the selector came to.
struct SelectionDecision: Sendable, Equatable {
  enum Source: String, Sendable { case system, user }

  /// Best first.
  let ranking: [CandidateRanking]
  /// Place of the selected one in the ranking, nil when nobody was selected.
  let selectedIndex: Int?
  let source: Source
  let batchIndex: Int
  /// The first of the ranking missed the threshold and another was taken.
  let promoted: Bool

  var selected: CandidateRanking? { selectedIndex.map { ranking[$0] } }

  static func nobody(batchIndex: Int) -> SelectionDecision {
    SelectionDecision(ranking: [], selectedIndex: nil, source: .system, batchIndex: batchIndex, promoted: false)
  }
}
