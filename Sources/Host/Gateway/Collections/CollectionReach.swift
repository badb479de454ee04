import Catalogue
import Identity
import PluginProtocol

/// What of a collection a request can see.
enum CollectionReach {
  /// What storage shows to the caller's tenant.
  case tenant
  /// Only rows that belong to nobody: for visitors and users without tenant.
  case sharedRows
  case nothing

  init(_ visit: Visit, _ collection: CollectionSpec) {
    switch (visit.caller?.tenant, collection.tenancy) {
    case (_?, _), (nil, .global): self = .tenant
    case (nil, .shared): self = .sharedRows
    case (nil, .owned): self = .nothing
    }
  }

  var filter: [Condition] { if case .sharedRows = self { [.isNull("tenant")] } else { [] } }

  /// Rows without tenant are seen by the host's eyes, narrowed by ``filter``.
  var isSystem: Bool { if case .sharedRows = self { true } else { false } }
}
