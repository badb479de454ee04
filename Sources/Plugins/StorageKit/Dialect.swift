/// What differs between SQL engines; the compiler writes everything else.
package protocol Dialect: Sendable {
  /// A bound parameter, cast to the column's kind where the engine needs it.
  func placeholder(_ index: Int, _ kind: ColumnKind) -> String
  /// A column as the driver takes it: datetimes as microseconds, everything else plain.
  func output(_ expression: String, _ kind: ColumnKind) -> String
  /// Equality in which null equals null.
  func isDistinct(_ left: String, from right: String) -> String
  /// The column as `<` compares it: text by code point.
  func comparable(_ expression: String, _ kind: ColumnKind) -> String
  /// A sort term; null comes before every value, text is compared by code point.
  func orderTerm(_ expression: String, _ kind: ColumnKind, isDescending: Bool) -> String
  /// Whether a text holds another, ignoring case.
  func contains(_ text: String, _ part: String) -> String
  /// The JSON text of an object; the expressions are in output form.
  func object(_ members: [OutputMember]) -> String
  /// The JSON text of an array of the rows' `element`s in the order of `source` (FROM … ORDER BY … LIMIT …).
  func array(element: String, source: String) -> String
  /// The texts of `column` joined by `/`, in the order of `source`.
  func joined(column: String, source: String) -> String
  /// The type of a column, with what makes it the key.
  func columnType(_ field: StoredField) -> String
  /// A value for the rows that were there before the column.
  func literal(_ value: SQLValue, _ kind: ColumnKind) -> String
  /// What makes a SELECT hold its rows until the transaction ends; empty where there is one writer anyway.
  var rowLock: String { get }
  /// What follows the parenthesis of CREATE TABLE.
  var tableOptions: String { get }
  /// The foreign keys of a reference: `tenant` is in them unless the target is visible to every tenant.
  func foreignKeys(_ field: StoredField, to target: StoredCollection) -> [String]
  /// The tenant of a row that may have none, as a unique index compares it.
  var tenantOrNone: String { get }
  /// Whether foreign keys stand in CREATE TABLE (the target may come later) or are added when all tables are there.
  var hasInlineForeignKeys: Bool { get }
  /// How a column that a plain ADD COLUMN cannot make, or a relaxed one, is brought into a table that has rows.
  func alter(_ change: TableChange) -> [String]
  /// The kind of `?1` in statements written by hand.
  func numbered(_ sql: String) -> String
}

/// One member of an object that the engine builds itself.
package struct OutputMember: Sendable, Equatable {
  package let name: String
  package let expression: String
  package let format: WireFormat
}

/// An additive change of one table.
package struct TableChange: Sendable {
  package let before: StoredCollection
  package let after: StoredCollection
  package let added: [Column]
  /// Columns that may be null from now on.
  package let relaxed: [StoredField]
  package let schema: Schema

  /// A new column with the value that old rows get.
  package struct Column: Sendable {
    package let field: StoredField
    package let fill: SQLValue
  }
}

/// `"name"`: names are identifiers, so nothing needs escaping.
func quoted(_ name: String) -> String { "\"\(name)\"" }
