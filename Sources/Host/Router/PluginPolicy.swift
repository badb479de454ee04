package import PluginProtocol

/// What the router holds a plugin to, from its manifest.
package struct PluginPolicy: Sendable, Equatable {
  package let id: String
  /// Capabilities it may serve.
  package let provides: Set<String>
  /// Capabilities it may call.
  package let requires: Set<String>
  package let grants: Set<Grant>
  /// Other plugins' collections it may use.
  package let collections: CollectionGrant
  /// Requests it gets at once.
  package let concurrency: Int
  /// Requests that may wait for it.
  package let queueLength: Int
  /// What goes wrong with its calls on purpose; nil outside rehearsals.
  package let faults: FaultPlan?

  package init(
    id: String, provides: Set<String> = [], requires: Set<String> = [], grants: Set<Grant> = [],
    collections: CollectionGrant = CollectionGrant(), concurrency: Int = 64, queueLength: Int = 64, faults: FaultPlan? = nil
  ) {
    self.id = id
    self.provides = provides
    self.requires = requires
    self.grants = grants
    self.collections = collections
    self.concurrency = concurrency
    self.queueLength = queueLength
    self.faults = faults
  }
}
