/// What became of the calls of one method of one plugin.
package struct MethodMetrics: Sendable, Equatable {
  package var calls = 0
  package var errors = 0
  package var latency = LatencyHistogram()

  package init() {}

  mutating func record(microseconds: Int64, isError: Bool) {
    calls += 1
    if isError { errors += 1 }
    latency.record(microseconds: microseconds)
  }
}

/// What the router knows of one plugin.
package struct PluginRouteMetrics: Sendable, Equatable {
  package init() {}

  package var methods: [String: MethodMetrics] = [:]
  /// Calls sent again to a new incarnation.
  package var retries = 0
  /// Calls refused because too many waited.
  package var overloaded = 0
  /// Calls of the plugin that were denied.
  package var denied = 0
  /// The denied calls by method and reason.
  package var denials: [Denial: Int] = [:]
  /// What the plugin called, by method.
  package var called: [String: Int] = [:]
  /// Faults injected into its calls.
  package var faults = 0

  /// One kind of denied call.
  package struct Denial: Sendable, Hashable {
    package let method: String
    package let reason: String
  }

  /// Kinds of names that come from outside, kept at most.
  private static let nameLimit = 256

  mutating func deny(_ method: String, reason: String) {
    denied += 1
    let denial = Denial(method: String(method.prefix(128)), reason: reason)
    if denials[denial] != nil || denials.count < Self.nameLimit { denials[denial, default: 0] += 1 }
  }

  mutating func call(_ method: String) {
    if called[method] != nil || called.count < Self.nameLimit { called[method, default: 0] += 1 }
  }

  /// Unknown methods are not counted one by one: their names come from outside. Nor are those that many versions of a plugin make up.
  mutating func record(_ method: String, microseconds: Int64, isError: Bool) {
    guard methods[method] != nil || methods.count < Self.nameLimit else { return }
    methods[method, default: MethodMetrics()].record(microseconds: microseconds, isError: isError)
  }
}

/// One plugin as the router sees it now.
package struct PluginRouteStatus: Sendable, Equatable {
  package let id: String
  /// The newest that gets calls.
  package let incarnation: Int?
  /// Incarnations that get calls.
  package let replicas: [ReplicaRouteStatus]
  /// Whether calls are let through: false after deaths in a row.
  package let isCircuitClosed: Bool
  package let queued: Int
  package let inFlight: Int
  package let metrics: PluginRouteMetrics
}

/// One active incarnation as the router sees it now.
package struct ReplicaRouteStatus: Sendable, Equatable {
  package let incarnation: Int
  package let inFlight: Int
  /// Nil before the first answer.
  package let latencyMicroseconds: Int?
}
