import FoundationEssentials

/// The time of day, handed in so that tests can set it.
package struct WallClock: Sendable {
  /// Seconds since 1970-01-01T00:00:00Z.
  package let seconds: @Sendable () -> Int

  package init(seconds: @escaping @Sendable () -> Int) { self.seconds = seconds }

  package static let system = WallClock { Int(Date().timeIntervalSince1970) }
}
