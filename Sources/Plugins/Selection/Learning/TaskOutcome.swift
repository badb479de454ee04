/// How a piece of work of an agent ended.
struct TaskOutcome: Sendable, Equatable {
  /// Share of the standards met, 0 to 1.
  var quality: Double
  var accepted = true
  var userRating: Double?
}

extension AgentProfile {
  /// Moves the scores a step towards the outcome; nothing is clamped.
  ///
  /// - Parameter faultOnRejection: rejected work leaves a minor fault.
  mutating func learn(from outcome: TaskOutcome, at now: Timestamp, faultOnRejection: Bool) {
    if outcome.accepted {
      staticScore.performance = (1 - learningRate) * staticScore.performance + learningRate * outcome.quality
      recentSuccessAt = now
    } else {
      staticScore.performance = 0.95 * staticScore.performance
      staticScore.faultImpact += 0.1
      if faultOnRejection { faults.append(FaultRecord(severity: "minor", occurredAt: now, description: "Work was rejected")) }
    }
    if let rating = outcome.userRating {
      staticScore.recognition = (1 - learningRate) * staticScore.recognition + learningRate * rating
    }
    taskCount += 1
    if taskCount >= coldStartThreshold { isColdStart = false }
  }
}
