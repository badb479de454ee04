/// What became of the calls of one method of one plugin.
package struct MethodMetrics: Sendable, Equatable {
  package var calls = 0
  package var errors = 0
  package var latency = LatencyHistogram()
}

/// What the router knows of one plugin.
package struct PluginRouteMetrics: Sendable, Equatable {
  package var methods: [String: MethodMetrics] = [:]
  /// Calls sent again to a new incarnation.
  package var retries = 0
  /// Calls refused because too many waited.
  package var overloaded = 0
  /// Calls of the plugin that were denied.
  package var denied = 0

  /// Unknown methods are not counted one by one: their names come from outside.
  mutating func record(_ method: String, microseconds: Int64, isError: Bool) {
    methods[method, default: MethodMetrics()].calls += 1
    if isError { methods[method]?.errors += 1 }
    methods[method]?.latency.record(microseconds: microseconds)
  }
}

/// One plugin as the router sees it now.
package struct PluginRouteStatus: Sendable, Equatable {
  package let id: String
  package let incarnation: Int?
  package let queued: Int
  package let inFlight: Int
  package let metrics: PluginRouteMetrics
}
