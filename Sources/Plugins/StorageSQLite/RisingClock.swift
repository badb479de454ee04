import Synchronization

/// The time of day, except that it never goes back: when the machine's clock is set back, this one goes on at half the pace until the other
/// has caught up. A clock that is set forward is followed.
///
/// Leases, delays and the order of transactions depend on it.
package final class RisingClock: Sendable {
  private struct Reading {
    var microseconds: Int64
    var at: ContinuousClock.Instant
  }

  private let wall: @Sendable () -> Int64
  private let steady: @Sendable () -> ContinuousClock.Instant
  /// The last time that the wall said.
  private let last: Mutex<Reading>

  /// - Parameters:
  ///   - wall: microseconds since 1970.
  ///   - steady: a clock that nobody sets.
  package init(wall: @escaping @Sendable () -> Int64, steady: @escaping @Sendable () -> ContinuousClock.Instant = { .now }) {
    self.wall = wall
    self.steady = steady
    last = Mutex(Reading(microseconds: wall(), at: steady()))
  }

  /// Microseconds since 1970.
  package func microseconds() -> Int64 {
    last.withLock { last in
      let reading = Reading(microseconds: wall(), at: steady())
      let least = last.microseconds + Int64((reading.at - last.at) / .microseconds(2))
      guard reading.microseconds >= least else { return least }
      last = reading
      return reading.microseconds
    }
  }
}
