import JSONRPC

/// How the rows of one table of the original become rows of one collection.
struct ImportTable: Sendable {
  enum Key: Sendable {
    /// Counted: the row gets a new number here, which is remembered.
    case serial
    /// A UUID that is kept.
    case uuid
    /// A reference is the key: one row for each row it points at.
    case reference(String)
  }

  /// Whose the row is.
  enum Owner: Sendable {
    /// A collection without tenants.
    case global
    /// A row of everybody's.
    case everybody
    /// The tenant's UUID stands in the row.
    case column(String)
    /// That of a row it belongs to: column and table.
    case parent(String, of: String)
  }

  let table: String
  let collection: String
  let key: Key
  let owner: Owner
  let columns: [ImportColumn]
  /// Nobody's rows may be given to a tenant.
  var mayBeOrphan = false
  /// A number that must be unique here and was not there: the row gets the next one.
  var renumbers: (field: String, within: String)?
  /// What differs beyond names: the row, and the values made of it.
  var adjust: @Sendable (_ row: JSON, _ values: inout JSONObject) -> Void = { _, _ in }

  init(
    _ table: String, _ collection: String, _ key: Key, _ owner: Owner, _ columns: [ImportColumn]
  ) {
    self.table = table
    self.collection = collection
    self.key = key
    self.owner = owner
    self.columns = columns
  }

  func with(_ change: (inout ImportTable) -> Void) -> ImportTable {
    var copy = self
    change(&copy)
    return copy
  }

  /// The column that tells rows apart there.
  var keyColumn: String { if case .reference(let column) = key { column } else { "id" } }

  /// The members that are filled in when every table is there.
  var later: [ImportColumn] { columns.filter(\.isLater) }
}

/// One column and the field it becomes.
struct ImportColumn: Sendable, ExpressibleByStringLiteral {
  let column: String
  let field: String
  /// The table it refers to; nil = a plain value.
  let target: String?
  /// A reference that may be left out when the row it points at did not come along.
  let isOptional: Bool
  let isLater: Bool

  private init(_ column: String, _ field: String, _ target: String?, optional: Bool = false, later: Bool = false) {
    self.column = column
    self.field = field
    self.target = target
    isOptional = optional
    isLater = later
  }

  init(stringLiteral name: String) { self.init(name, name, nil) }

  static func reference(_ field: String, _ target: String) -> ImportColumn { ImportColumn("\(field)_id", field, target) }
  static func optional(_ field: String, _ target: String) -> ImportColumn { ImportColumn("\(field)_id", field, target, optional: true) }
  /// To a row that may come after this one.
  static func later(_ field: String, _ target: String) -> ImportColumn {
    ImportColumn("\(field)_id", field, target, optional: true, later: true)
  }
}
