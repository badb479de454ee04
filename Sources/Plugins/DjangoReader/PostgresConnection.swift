import CPostgres
import Glibc

/// A read-only connection through libpq.
@safe final class PostgresConnection {
  private let connection: OpaquePointer

  init(_ url: String) throws(ReaderFailure) {
    guard url.hasPrefix("postgres://") || url.hasPrefix("postgresql://") else {
      throw ReaderFailure(message: "the database's address must begin with postgres://")
    }
    // A connection string within the address may set its own time-out, which then stands above ours.
    guard
      let connection = unsafe PQconnectdb(
        url + (url.contains("connect_timeout") ? "" : (url.contains("?") ? "&" : "?") + "connect_timeout=10"))
    else { throw ReaderFailure(message: "out of memory") }
    unsafe self.connection = connection
    guard unsafe PQstatus(connection) == CONNECTION_OK else { throw failure("the database cannot be reached") }
  }

  deinit { unsafe PQfinish(connection) }

  /// From here on every table is read as of one moment, with times in UTC.
  func begin() throws(ReaderFailure) {
    try run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    try run("SET LOCAL TIME ZONE 'UTC'")
    try run("SET LOCAL statement_timeout = 0")
  }

  func has(_ table: DjangoTable) throws(ReaderFailure) -> Bool {
    let result = unsafe PQexec(connection, "SELECT to_regclass('\(table.name)') IS NOT NULL")
    defer { unsafe PQclear(result) }
    guard unsafe PQresultStatus(result) == PGRES_TUPLES_OK, let value = unsafe PQgetvalue(result, 0, 0) else { throw failure(table.name) }
    return unsafe value.pointee == CChar(bitPattern: UInt8(ascii: "t"))
  }

  func copy(_ table: DjangoTable, to path: String) throws(ReaderFailure) {
    guard let file = unsafe fopen(path, "w") else { throw ReaderFailure(message: "\(path) cannot be written") }
    defer { unsafe _ = fclose(file) }
    let start = unsafe PQexec(connection, table.copy)
    defer { unsafe PQclear(start) }
    guard unsafe PQresultStatus(start) == PGRES_COPY_OUT else { throw failure(table.name) }
    while true {
      var buffer: UnsafeMutablePointer<CChar>?
      let count = unsafe PQgetCopyData(connection, &buffer, 0)
      guard count > 0, let line = unsafe buffer else {
        guard count == -1 else { throw failure(table.name) }
        break
      }
      defer { unsafe PQfreemem(line) }
      guard unsafe fwrite(line, 1, Int(count), file) == Int(count) else {
        throw ReaderFailure(message: "\(path) cannot be written: no space?")
      }
    }
    while let result = unsafe PQgetResult(connection) {
      defer { unsafe PQclear(result) }
      guard unsafe PQresultStatus(result) == PGRES_COMMAND_OK else { throw failure(table.name) }
    }
    guard unsafe fflush(file) == 0 else { throw ReaderFailure(message: "\(path) cannot be written: no space?") }
  }

  private func run(_ statement: String) throws(ReaderFailure) {
    let result = unsafe PQexec(connection, statement)
    defer { unsafe PQclear(result) }
    guard unsafe PQresultStatus(result) == PGRES_COMMAND_OK else { throw failure(statement) }
  }

  private func failure(_ what: String) -> ReaderFailure {
    let reason = unsafe PQerrorMessage(connection).map { unsafe String(cString: $0) } ?? ""
    return ReaderFailure(message: "\(what): \(reason.split(separator: "\n").joined(separator: " "))")
  }
}
