import NIOCore

/// Decides whether calls still go to a plugin that keeps dying of them.
///
/// Counts deaths with calls in flight and no answer in between. Past the limit the circuit opens: calls fail at once. After a pause one
/// call is let through; its answer closes the circuit, another death opens it for twice as long.
struct CircuitBreaker: Sendable, Equatable {
  static let deathLimit = 3
  private static let firstPause = TimeAmount.seconds(1)
  private static let longestPause = TimeAmount.seconds(30)

  private enum State: Equatable {
    case closed(deaths: Int)
    case open(until: NIODeadline, pause: TimeAmount)
    /// One call is on trial.
    case trial(pause: TimeAmount)
  }

  private var state = State.closed(deaths: 0)

  enum Admission: Equatable {
    case yes
    case no(retryAfter: TimeAmount)
  }

  var isClosed: Bool { if case .closed = state { true } else { false } }

  /// Asks for one call.
  mutating func admit(now: NIODeadline) -> Admission {
    switch state {
    case .closed: return .yes
    case .open(let until, let pause):
      guard now >= until else { return .no(retryAfter: until - now) }
      state = .trial(pause: pause)
      return .yes
    case .trial(let pause): return .no(retryAfter: pause)
    }
  }

  /// A call was answered, whatever the answer says.
  mutating func answered() {
    if state != .closed(deaths: 0) { state = .closed(deaths: 0) }
  }

  /// The call on trial ended without having been answered or having killed anything: the next one is on trial.
  mutating func inconclusive(now: NIODeadline) {
    if case .trial(let pause) = state { state = .open(until: now, pause: pause) }
  }

  /// The plugin died with calls in flight.
  ///
  /// - Returns: whether the circuit opened by it.
  mutating func died(now: NIODeadline) -> Bool {
    let pause: TimeAmount
    switch state {
    case .closed(let deaths):
      guard deaths + 1 >= Self.deathLimit else {
        state = .closed(deaths: deaths + 1)
        return false
      }
      pause = Self.firstPause
    case .open: return false
    case .trial(let last): pause = min(last * 2, Self.longestPause)
    }
    state = .open(until: now + pause, pause: pause)
    return true
  }
}
