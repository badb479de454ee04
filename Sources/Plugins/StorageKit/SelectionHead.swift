import PluginProtocol
import Synchronization

/// The part of a selection's statement that no value of the request changes: everything before its own conditions.
struct SelectionHead: Sendable {
  /// `SELECT … FROM … AS t0`.
  let sql: String
  let plan: RowPlan
  /// Of the selected rows.
  let alias: String
  /// The condition under which they may be seen.
  let access: String?
  /// Aliases it uses up.
  let aliasCount: Int
  /// Whether its first parameter is the tenant; there is no other.
  let bindsTenant: Bool
  /// Every collection it reads.
  let collections: [String]
}

/// The heads of a schema's named shapes, built once: there are as many as the catalogue has shapes.
final class SelectionHeads: Sendable {
  struct Key: Hashable {
    let collection: String
    let shape: String
    let isSystem: Bool
    let dialect: ObjectIdentifier
  }

  private let known = Mutex<[Key: SelectionHead]>([:])

  subscript(key: Key) -> SelectionHead? {
    get { known.withLock { $0[key] } }
    set { known.withLock { $0[key] = newValue } }
  }
}
