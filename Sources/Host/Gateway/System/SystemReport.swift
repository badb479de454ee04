package import JSONRPC

/// What the gateway tells about the host but cannot know itself; HostCommand hands it in.
package struct SystemReport: Sendable {
  /// The readiness of each part, in the order to show it. Ready = every required one answers.
  package struct Readiness: Sendable {
    package var isReady: Bool
    /// Name and state: `ok`, `degraded`, `down`.
    package var checks: [(name: String, state: String)]

    package init(isReady: Bool, checks: [(name: String, state: String)]) {
      self.isReady = isReady
      self.checks = checks
    }
  }

  package let readiness: @Sendable () async -> Readiness
  /// The body of `GET /api/v1/system/plugins/`.
  package let plugins: @Sendable () async -> JSON
  /// Prometheus text format.
  package let metrics: @Sendable () async -> String

  package init(
    readiness: @escaping @Sendable () async -> Readiness, plugins: @escaping @Sendable () async -> JSON,
    metrics: @escaping @Sendable () async -> String
  ) {
    self.readiness = readiness
    self.plugins = plugins
    self.metrics = metrics
  }
}
