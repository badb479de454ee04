import PluginProtocol

/// A point in time, in whole microseconds since 1970, UTC.
struct Timestamp: Sendable, Hashable, Comparable {
  let microseconds: Int64

  static let epoch = Timestamp(microseconds: 0)

  static func < (left: Timestamp, right: Timestamp) -> Bool { left.microseconds < right.microseconds }

  /// Clamped to ± 100 000 years, far past every date that can be written.
  func adding(days: Double) -> Timestamp {
    let limit = 3.2e18
    let span = min(max((days * 86_400_000_000).rounded(), -limit), limit)
    return Timestamp(microseconds: Int64(min(max(Double(microseconds) + span, -limit), limit)))
  }
}

extension Timestamp {
  /// Reads ISO 8601: a date, or a date and time with an optional fraction and an optional zone (none: UTC).
  init?(_ text: String) {
    guard let microseconds = WireDate.parse(text, zoneIsOptional: true) else { return nil }
    self.init(microseconds: microseconds)
  }

  /// `YYYY-MM-DDTHH:MM:SS.ffffffZ`, the fraction dropped when it is zero.
  var text: String { WireDate.text(microseconds) }
}
