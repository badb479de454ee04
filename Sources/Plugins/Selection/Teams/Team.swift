/// Who works on a requirement, and how together.
struct Team: Sendable, Equatable {
  enum Mode: String, Sendable { case single, sequential, parallel, iterative }

  struct Assignment: Sendable, Equatable {
    let role: String
    let ranking: CandidateRanking
    let isRequired: Bool
  }

  let assignments: [Assignment]
  let mode: Mode
  let analysis: TeamAnalysis?

  /// The first required agent, else the first.
  var primary: Assignment? { assignments.first { $0.isRequired } ?? assignments.first }
}
