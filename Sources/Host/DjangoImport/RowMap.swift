import JSONRPC

/// Where the rows of the original are now.
struct RowMap {
  struct Place {
    let id: JSON
    /// Nil = everybody's, or of no tenant.
    let tenant: String?
  }

  private var places: [String: [String: Place]] = [:]

  func place(_ table: String, _ old: JSON) -> Place? { places[table]?[RowMap.text(old)] }

  mutating func put(_ table: String, _ old: JSON, _ place: Place) { places[table, default: [:]][RowMap.text(old)] = place }

  /// A key as text: what a row is remembered by.
  static func text(_ key: JSON) -> String { key.string ?? key.text }
}
