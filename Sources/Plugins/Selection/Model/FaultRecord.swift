/// Something that went wrong; it weighs on the agent until it has cooled down.
struct FaultRecord: Sendable, Equatable {
  var severity: String
  var occurredAt: Timestamp
  var coolingDays = 30.0
  var description = ""

  /// At the deadline itself it is over; a fault of the future is active.
  func isActive(at now: Timestamp) -> Bool { now < occurredAt.adding(days: coolingDays) }
}
