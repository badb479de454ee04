/// One connection inside a transaction: what a driver gives to the operations of this room.
package protocol SQLSession: AnyObject {
  var dialect: any Dialect { get }

  /// Runs a statement that gives no rows.
  ///
  /// - Returns: how many rows it changed.
  func execute(_ statement: Statement) throws(SQLFailure) -> Int

  /// The rows of a statement, values in output form.
  func rows(_ statement: Statement) throws(SQLFailure) -> [[SQLValue]]

  /// Runs one statement for each row of parameters.
  ///
  /// - Returns: the first column of what each RETURNING gave, if there is one.
  func batch(_ sql: String, _ rows: [[SQLValue]]) throws(BatchFailure) -> [SQLValue]

  /// Appends the rows as JSON objects with commas between.
  ///
  /// - Returns: how many.
  /// - Throws: ``SQLFailure/tooLarge`` once `out` holds more than ``ReplyLimit/bytes``.
  func write(_ query: RowQuery, to out: inout [UInt8]) throws(SQLFailure) -> Int
}

/// Why an engine refused a statement.
package enum SQLFailure: Error, Sendable, Equatable {
  /// The columns, or the name of the index where the engine names that.
  case unique(columns: [String], index: String?)
  case foreignKey
  case full
  case tooLarge
  case other(String)

  /// Where the caller has nothing to add.
  package var storageError: StorageError {
    switch self {
    case .unique(let columns, _): .notUnique(fields: columns)
    case .foreignKey: .engine("a foreign key does not hold")
    case .full: .full
    case .tooLarge: .tooLarge(byteLimit: ReplyLimit.bytes)
    case .other(let message): .engine(message)
    }
  }
}

/// The row of a batch that failed, counted from 0.
package struct BatchFailure: Error, Sendable, Equatable {
  package let row: Int
  package let failure: SQLFailure

  package init(row: Int, failure: SQLFailure) {
    self.row = row
    self.failure = failure
  }
}

/// How large a reply may become: the protocol's largest frame.
package enum ReplyLimit {
  package static let bytes = 16 << 20
}

extension SQLSession {
  /// As ``execute(_:)`` for statements that cannot break a constraint.
  @discardableResult
  func run(_ sql: String, _ parameters: [SQLValue] = []) throws(StorageError) -> Int {
    do { return try execute(Statement(dialect.numbered(sql), parameters)) } catch { throw error.storageError }
  }

  func query(_ sql: String, _ parameters: [SQLValue] = []) throws(StorageError) -> [[SQLValue]] {
    try query(Statement(dialect.numbered(sql), parameters))
  }

  func query(_ statement: Statement) throws(StorageError) -> [[SQLValue]] {
    do { return try rows(statement) } catch { throw error.storageError }
  }

  /// The single number of a statement that gives one.
  func number(_ statement: Statement) throws(StorageError) -> Int64 {
    try query(statement).first?.first?.integer ?? 0
  }
}
