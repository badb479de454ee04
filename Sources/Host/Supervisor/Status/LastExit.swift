package import JSONRPC
package import Sandbox

/// How an incarnation ended, for the operator.
package struct LastExit: Sendable {
  package let incarnation: Int
  /// Nil when there never was a process.
  package let status: TerminationStatus?
  package let cause: ExitCause
  /// Why, when it was the host's doing or is known otherwise.
  package let reason: String?
  package let at: ContinuousClock.Instant
  let tail: OutputTail

  /// One line: the reason where there is one, for the exit status is only its consequence then.
  package var summary: String {
    reason ?? status.map { "\($0)" } ?? "not started"
  }

  package func json(now: ContinuousClock.Instant) -> JSON {
    var signal = JSON.null
    var code = JSON.null
    switch status {
    case .code(let value): code = .int(value)
    case .signal(let value): signal = .int(value)
    case nil: break
    }
    return [
      "incarnation": .int(incarnation), "code": code, "signal": signal, "cause": .string(cause.rawValue), "reason": JSON(reason),
      "summary": .string(summary),
      "seconds_ago": .int(Int64((now - at) / .seconds(1))), "last_lines": JSON(tail.lines),
    ]
  }
}
