/// A number as it was written: `1`, `1.0` and `1e0` stay different literals of equal value.
public struct JSONNumber: Sendable, Hashable {
  /// The literal, in the grammar of RFC 8259.
  public let literal: String

  /// - Parameter literal: text already known to be a JSON number.
  init(validated literal: String) { self.literal = literal }

  /// The integer in decimal digits.
  public init(_ value: Int64) { literal = String(value) }

  /// - Returns: nil when the value is not finite.
  public init?(_ value: Double) {
    guard value.isFinite else { return nil }
    if value == value.rounded(), value.magnitude < 1e15 {
      literal = value == 0 ? "0.0" : "\(Int64(value)).0"
    } else {
      literal = "\(value)"
    }
  }

  /// The exact integer, also of `2.0` or `1e3`; nil for fractions and beyond 64 bits.
  public var int: Int64? {
    if let value = Int64(literal) { return value }
    guard let value = Double(literal), value == value.rounded(), value.magnitude < 9.007_199_254_740_992e15 else { return nil }
    return Int64(value)
  }

  /// The nearest double; infinite beyond its range.
  public var double: Double { Double(literal) ?? .infinity }
}
