/// What goes wrong on purpose with one call.
package enum Fault: Sendable, Equatable {
  /// The call leaves later.
  case delay(Duration)
  /// The answer is thrown away: the caller hears of its deadline.
  case drop
  /// The next frame of the plugin arrives damaged, and with it the connection ends.
  case corrupt
  /// The plugin is killed after it got the call.
  case kill
  /// The plugin is stopped after it got the call, and answers nothing from then on.
  case hang
  /// The call is answered with an error instead of being sent.
  case error
}

/// How often which fault befalls a method's calls: `[faults]` of a manifest.
package struct FaultRule: Sendable, Equatable {
  /// A method, `capability.*`, or `*`.
  package var method: String
  /// Shares of the calls, from 0 to 1.
  package var drop = 0.0
  package var corrupt = 0.0
  package var kill = 0.0
  package var hang = 0.0
  package var error = 0.0
  package var delay = 0.0
  /// The longest delay; each is drawn from 0 to it.
  package var delayLimit = Duration.zero

  package init(method: String) { self.method = method }

  func matches(_ name: String) -> Bool {
    method == "*" || method == name || (method.hasSuffix(".*") && name.hasPrefix(method.dropLast()))
  }

  /// At most one fault a call.
  func fault(_ dice: Double, _ second: Double) -> Fault? {
    var threshold = 0.0
    for (share, fault) in [(error, Fault.error), (kill, .kill), (hang, .hang), (corrupt, .corrupt), (drop, .drop)] {
      threshold += share
      if dice < threshold { return fault }
    }
    return dice < threshold + delay ? .delay(delayLimit * second) : nil
  }
}

/// Draws the faults of a plugin's calls: the same seed and the same order of calls give the same faults.
package struct FaultPlan: Sendable, Equatable {
  package let seed: UInt64
  /// The first that matches counts.
  package let rules: [FaultRule]
  private var state: UInt64

  package init(seed: UInt64, rules: [FaultRule]) {
    self.seed = seed
    self.rules = rules
    state = seed
  }

  /// Two numbers are drawn for every call, so that changing one method's rule leaves the others' luck alone.
  mutating func draw(_ method: String) -> Fault? {
    let (first, second) = (next(), next())
    return rules.first { $0.matches(method) }?.fault(first, second)
  }

  /// From 0 up to, not including, 1.
  ///
  /// Source: Sebastiano Vigna, splitmix64.c, 2015 (public domain).
  private mutating func next() -> Double {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    z ^= z >> 31
    return Double(z >> 11) * 0x1p-53
  }
}
