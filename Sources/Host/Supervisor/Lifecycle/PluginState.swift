/// What a plugin is doing, as `hivecore status` prints it.
package enum PluginState: String, Sendable, CaseIterable {
  /// Switched off, or not begun.
  case disabled
  case starting
  /// Proven, and waiting to take over from another version.
  case standby
  case ready
  /// Serving, but a ping went unanswered.
  case degraded
  /// Finishing what runs, on the way out.
  case draining
  /// Died; waits for its next start.
  case backoff
  /// Died too often; tried again from time to time.
  case quarantined
  /// Cannot run as configured: stays down until the configuration changes.
  case failed
  case stopped
}
