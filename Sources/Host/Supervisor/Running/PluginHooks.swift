package import JSONRPC
package import PluginProtocol

/// What the rest of the host does at turns of a plugin's life.
package struct PluginHooks: Sendable {
  /// Why a hook says no; its message is the operator's.
  package typealias Refusal = RPCError

  /// Takes what the plugin contributes, before it opens its resources; what it refuses keeps the plugin down.
  package var described: @Sendable (_ plugin: String, PluginDescription) async throws(Refusal) -> Void
  /// Looks at what a new version of a plugin would contribute and makes room for it, while the old one still counts.
  package var examined: @Sendable (_ plugin: String, PluginDescription) async throws(Refusal) -> Void
  /// Prepares a plugin that says it is ready, before it gets calls: migrates a storage.
  package var prepared: @Sendable (PluginPeer) async throws(Refusal) -> Void
  /// The plugin serves.
  package var ready: @Sendable (_ plugin: String) async -> Void
  /// The plugin was switched off: what it contributed goes.
  package var removed: @Sendable (_ plugin: String) async -> Void

  package init(
    described: @escaping @Sendable (_ plugin: String, PluginDescription) async throws(Refusal) -> Void = { _, _ throws(Refusal) in },
    examined: @escaping @Sendable (_ plugin: String, PluginDescription) async throws(Refusal) -> Void = { _, _ throws(Refusal) in },
    prepared: @escaping @Sendable (PluginPeer) async throws(Refusal) -> Void = { _ throws(Refusal) in },
    ready: @escaping @Sendable (_ plugin: String) async -> Void = { _ in },
    removed: @escaping @Sendable (_ plugin: String) async -> Void = { _ in }
  ) {
    self.described = described
    self.examined = examined
    self.prepared = prepared
    self.ready = ready
    self.removed = removed
  }
}
