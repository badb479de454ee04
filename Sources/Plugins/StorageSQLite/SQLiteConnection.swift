import CSQLite
package import StorageKit

/// One connection to the database file. Not Sendable: it lives in a `Mutex`, and whoever holds the lock uses it.
@safe package final class SQLiteConnection: SQLSession {
  private let handle: OpaquePointer
  private var statements: [String: SQLiteStatement] = [:]
  private var uses: UInt64 = 0

  /// Statements kept prepared. The compiler's texts depend on shapes and filters, not on values, so few hundred serve all.
  private static let statementLimit = 256

  package var dialect: any Dialect { SQLiteDialect() }

  package enum Mode: Sendable {
    case write
    /// Refuses every statement that would change something.
    case read
    /// As `read`, and gives up what is not done at once: it waits for no lock, and its steps and values have a limit.
    case brief
  }

  /// Of a `brief` connection: some hundred microseconds.
  private static let stepLimit: Int32 = 20_000
  private static let briefByteLimit: Int32 = 256 << 10

  /// - Throws: ``SQLFailure`` when the file cannot be opened or is no database.
  package init(path: String, mode: Mode) throws(SQLFailure) {
    var opened: OpaquePointer?
    let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (mode == .write ? SQLITE_OPEN_CREATE : 0)
    let code = unsafe sqlite3_open_v2(path, &opened, flags, nil)
    guard let opened = unsafe opened else { throw .other("out of memory") }
    unsafe handle = unsafe opened
    guard code == SQLITE_OK else { throw failure(code) }
    unsafe sqlite3_extended_result_codes(handle, 1)
    // A row or a nested list larger than a reply is refused while it is built.
    unsafe sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, mode == .brief ? Self.briefByteLimit : Int32(2 * ReplyLimit.bytes))
    unsafe hive_switch(handle, SQLITE_DBCONFIG_DEFENSIVE, 1)
    guard unsafe SQLiteFunctions.register(on: handle) else { throw .other("the functions cannot be registered") }
    try setUp(mode)
  }

  deinit {
    statements.removeAll()
    unsafe sqlite3_close(handle)
  }

  private func setUp(_ mode: Mode) throws(SQLFailure) {
    try execute("PRAGMA busy_timeout = \(mode == .brief ? 0 : 5000)")
    if mode == .write {
      try execute("PRAGMA journal_mode = WAL")
      try execute("PRAGMA journal_size_limit = 67108864")
    }
    for pragma in ["synchronous = FULL", "foreign_keys = ON", "temp_store = MEMORY", "cache_size = -4096", "trusted_schema = OFF"] {
      try execute("PRAGMA \(pragma)")
    }
    if mode != .write { try execute("PRAGMA query_only = ON") }
    if mode == .brief { unsafe sqlite3_progress_handler(handle, Self.stepLimit, { _ in 1 }, nil) }
  }

  /// Whether a transaction is open: a full disk may have ended it.
  package var isInTransaction: Bool { unsafe sqlite3_get_autocommit(handle) == 0 }

  package func execute(_ sql: String) throws(SQLFailure) { _ = try execute(Statement(sql)) }

  package func execute(_ statement: Statement) throws(SQLFailure) -> Int {
    try run(statement.sql, statement.parameters) { _ in }
    return Int(unsafe sqlite3_changes64(handle))
  }

  package func rows(_ statement: Statement) throws(SQLFailure) -> [[SQLValue]] {
    var rows: [[SQLValue]] = []
    try run(statement.sql, statement.parameters) { prepared in
      rows.append((0..<prepared.columnCount).map { prepared.value($0) })
    }
    return rows
  }

  package func batch(_ sql: String, _ rows: [[SQLValue]]) throws(BatchFailure) -> [SQLValue] {
    var returned: [SQLValue] = []
    for (index, row) in rows.enumerated() {
      do {
        try run(sql, row) { returned.append($0.value(0)) }
      } catch {
        throw BatchFailure(row: index, failure: error)
      }
    }
    return returned
  }

  package func write(_ query: RowQuery, to out: inout [UInt8]) throws(SQLFailure) -> Int {
    let prepared = try prepare(query.statement.sql)
    defer { prepared.reset() }
    try check(prepared.bind(query.statement.parameters))
    var count = 0
    while true {
      let code = prepared.step()
      guard code == SQLITE_ROW else {
        guard code == SQLITE_DONE else { throw failure(code) }
        return count
      }
      if count > 0 { out.append(UInt8(ascii: ",")) }
      prepared.writeRow(query.plan, to: &out)
      count += 1
      guard out.count <= ReplyLimit.bytes else { throw .tooLarge }
    }
  }

  private func run(_ sql: String, _ parameters: [SQLValue], each: (SQLiteStatement) -> Void) throws(SQLFailure) {
    let prepared = try prepare(sql)
    defer { prepared.reset() }
    try check(prepared.bind(parameters))
    while true {
      let code = prepared.step()
      switch code {
      case SQLITE_ROW: each(prepared)
      case SQLITE_DONE: return
      default: throw failure(code)
      }
    }
  }

  private func prepare(_ sql: String) throws(SQLFailure) -> SQLiteStatement {
    uses += 1
    if let known = statements[sql] {
      known.lastUse = uses
      return known
    }
    var pointer: OpaquePointer?
    let code = unsafe sqlite3_prepare_v3(handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &pointer, nil)
    guard code == SQLITE_OK, let pointer = unsafe pointer else { throw failure(code) }
    let statement = unsafe SQLiteStatement(pointer)
    statement.lastUse = uses
    if statements.count >= SQLiteConnection.statementLimit, let oldest = statements.min(by: { $0.value.lastUse < $1.value.lastUse })?.key {
      statements[oldest] = nil
    }
    statements[sql] = statement
    return statement
  }

  /// Drops cached pages and prepared statements; both come back with use.
  package func releaseCaches() {
    statements.removeAll()
    unsafe sqlite3_db_release_memory(handle)
  }

  private func check(_ code: Int32) throws(SQLFailure) { guard code == SQLITE_OK else { throw failure(code) } }

  private func failure(_ code: Int32) -> SQLFailure {
    let message = unsafe String(cString: sqlite3_errmsg(handle))
    return SQLFailure(code: code, systemError: unsafe sqlite3_system_errno(handle), message: message)
  }
}
