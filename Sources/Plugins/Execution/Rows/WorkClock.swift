/// How long work takes, measured by this worker; for rows and events only, never for decisions.
struct WorkClock: Sendable {
  private var starts: [String: ContinuousClock.Instant] = [:]
  private(set) var spent: [String: Duration] = [:]
  let begin: ContinuousClock.Instant

  init(now: ContinuousClock.Instant) { begin = now }

  mutating func start(_ id: String, at now: ContinuousClock.Instant) { starts[id] = now }

  mutating func stop(_ id: String, at now: ContinuousClock.Instant) {
    // Taken over from another worker: what this one has seen of it.
    spent[id, default: .zero] += now - (starts.removeValue(forKey: id) ?? begin)
  }

  func milliseconds(_ id: String) -> Double { (spent[id] ?? .zero).milliseconds }
}

extension Duration {
  var milliseconds: Double {
    Double(components.seconds) * 1_000 + Double(components.attoseconds) / 1e15
  }

  /// `7mins`, as team and task pages show it.
  var minutesText: String { "\(Int(milliseconds / 60_000))mins" }
}
