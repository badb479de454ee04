/// Powers of a plugin beyond calling what its manifest's `requires` lists.
package enum Grant: String, Sendable, CaseIterable {
  /// Calls without a tenant.
  case system
  /// `sandbox.spawn`.
  case sandbox
  /// `events.tail`.
  case events
  /// `jobs.lease` and its companions.
  case jobs
}
