/// Why a worker stops before the round is delivered.
enum RoundEnd: Error, Sendable, Equatable {
  /// Somebody else has the job now, or the round was cancelled: nothing may be written any more.
  case leaseLost
  /// A capability stayed away: the round goes back to the queue and on from its checkpoint.
  case outage(String)
  /// The round has failed.
  case failed(code: String, message: String)
}

/// One try of a requirement failed; the round goes on.
struct TryFailure: Error, Sendable, Equatable {
  var reason: String
  var usage = Usage()
}
