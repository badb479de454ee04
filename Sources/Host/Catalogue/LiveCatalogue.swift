package import PluginProtocol
import Synchronization

/// The catalogue the gateway serves from: changed by the supervisor when plugins come and go, read by every request.
package final class LiveCatalogue: Sendable {
  private struct State {
    var contributions = Contributions()
    var snapshot = CatalogueSnapshot.empty
  }

  private let state = Mutex(State())

  package init() {}

  package var snapshot: CatalogueSnapshot { state.withLock { $0.snapshot } }

  /// - Returns: what the catalogue is now; its ``CatalogueSnapshot/collections`` are what storage must know.
  /// - Throws: ``CatalogueConflict``; nothing changed then.
  @discardableResult
  package func accept(
    _ description: PluginDescription, of plugin: String, origin: Contributions.Origin = .own
  ) throws(CatalogueConflict) -> CatalogueSnapshot {
    try change { (contributions) throws(CatalogueConflict) in try contributions.accept(description, of: plugin, origin: origin) }
  }

  /// What the catalogue would be with a description in place of the plugin's earlier one; nothing changes.
  package func examine(
    _ description: PluginDescription, of plugin: String, origin: Contributions.Origin = .own
  ) throws(CatalogueConflict) -> CatalogueSnapshot {
    var contributions = state.withLock { $0.contributions }
    try contributions.accept(description, of: plugin, origin: origin)
    return try contributions.snapshot()
  }

  /// Takes a plugin that was switched off out of the catalogue: its routes answer 404 from now on.
  @discardableResult
  package func remove(_ plugin: String) throws(CatalogueConflict) -> CatalogueSnapshot {
    try change { (contributions) throws(CatalogueConflict) in contributions.remove(plugin) }
  }

  private func change(_ change: (inout Contributions) throws(CatalogueConflict) -> Void) throws(CatalogueConflict) -> CatalogueSnapshot {
    try state.withLock { (state) throws(CatalogueConflict) in
      var contributions = state.contributions
      try change(&contributions)
      state.snapshot = try contributions.snapshot()
      state.contributions = contributions
      return state.snapshot
    }
  }
}
