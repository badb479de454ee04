/// An agent as the selector sees it.
struct AgentProfile: Sendable, Equatable {
  var id: String
  var name: String
  var staticScore = StaticScore()
  var capabilities = Capabilities()
  var faults: [FaultRecord] = []
  var baseWeights = BaseParts.defaultWeights
  var recentSuccessAt: Timestamp?
  /// A flag of its own: few tasks alone do not make a newcomer.
  var isColdStart = false
  var taskCount = 0
  var coldStartThreshold = 10
  var learningRate = 0.1

  struct Capabilities: Sendable, Equatable {
    var names = NamesByField()
    var certifications: Set<Term> = []
    var similarCases: [String] = []
    var description = ""
  }

  struct StaticScore: Sendable, Equatable {
    var performance = 0.5
    var recognition = 0.5
    var brandCertified = 0.0
    var metasoGenerated = 0.0
    /// Kept by the learning rule; in no formula.
    var faultImpact = 0.0
  }
}
