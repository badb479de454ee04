import JSONRPC

/// What model calls took.
struct Usage: Sendable, Equatable {
  var tokens: Int64 = 0
  /// In millionths of a dollar: sums of money stay exact.
  var microDollars: Int64 = 0
  var calls: Int64 = 0

  static func + (left: Usage, right: Usage) -> Usage {
    Usage(tokens: left.tokens + right.tokens, microDollars: left.microDollars + right.microDollars, calls: left.calls + right.calls)
  }

  static func - (left: Usage, right: Usage) -> Usage {
    Usage(tokens: left.tokens - right.tokens, microDollars: left.microDollars - right.microDollars, calls: left.calls - right.calls)
  }

  static func += (left: inout Usage, right: Usage) { left = left + right }

  /// The cost of one reply in dollars, rounded to millionths.
  static func microDollars(_ cost: Double) -> Int64 {
    let micro = (cost * 1_000_000).rounded()
    return micro.isFinite ? Int64(min(max(micro, 0), 9e15)) : 0
  }

  /// With six places, as decimal columns are written.
  var costText: String {
    let fraction = String(microDollars % 1_000_000)
    return "\(microDollars / 1_000_000)." + String(repeating: "0", count: 6 - fraction.count) + fraction
  }

  /// Rounded half up to cents.
  var centsText: String {
    let cents = (microDollars + 5_000) / 10_000
    let fraction = String(cents % 100)
    return "\(cents / 100)." + (fraction.count < 2 ? "0" : "") + fraction
  }

  var costNumber: JSON { .double(Double(microDollars) / 1_000_000) }

  var json: JSON { ["tokens": .int(tokens), "micro_dollars": .int(microDollars), "calls": .int(calls)] }

  init(tokens: Int64 = 0, microDollars: Int64 = 0, calls: Int64 = 0) {
    self.tokens = tokens
    self.microDollars = microDollars
    self.calls = calls
  }

  init(json: JSON) {
    self.init(tokens: json["tokens"].int ?? 0, microDollars: json["micro_dollars"].int ?? 0, calls: json["calls"].int ?? 0)
  }
}
