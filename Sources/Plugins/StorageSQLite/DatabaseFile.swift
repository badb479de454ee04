import StorageKit

#if canImport(Glibc)
  import Glibc
#endif

/// Opens the file and makes sure that it is ours, whole and not from a newer version.
package enum DatabaseFile {
  /// "Hive": says what the file is (`PRAGMA application_id`).
  private static let applicationID: Int64 = 0x4869_7665
  /// The form of the tables that every database has; raised when a program of before could not use them.
  private static let format: Int64 = 1
  /// Larger files are not read through at start: it would take longer than a start may.
  private static let checkByteLimit = 256 << 20

  package struct Problem: Error, Sendable, Equatable {
    package let message: String
  }

  /// The writer's connection, its tables made.
  package static func open(_ path: String) throws(Problem) -> sending SQLiteConnection {
    try prepareDirectory(of: path)
    do {
      let connection = try SQLiteConnection(path: path, mode: .write)
      try check(connection, path)
      try connection.execute("BEGIN IMMEDIATE")
      do { try Migration(session: connection, now: 0).prepare() } catch { throw Problem(message: "\(path): \(error.message)") }
      try connection.execute("PRAGMA application_id = \(applicationID)")
      try connection.execute("PRAGMA user_version = \(format)")
      try connection.execute("COMMIT")
      return connection
    } catch let problem as Problem {
      throw problem
    } catch let failure as SQLFailure {
      throw Problem(message: "\(path): \(failure.storageError.message)")
    } catch {
      throw Problem(message: "\(path): \(error)")
    }
  }

  private static func check(_ connection: SQLiteConnection, _ path: String) throws {
    let number = { (pragma: String) in try connection.rows(Statement("PRAGMA \(pragma)")).first?.first?.integer ?? 0 }
    let (application, version) = (try number("application_id"), try number("user_version"))
    let isNew = try connection.rows(Statement("SELECT 1 FROM sqlite_schema LIMIT 1")).isEmpty
    guard isNew || application == applicationID else { throw Problem(message: "\(path) is a database of another program") }
    guard version <= format else {
      throw Problem(
        message: "\(path) was written by a newer version (format \(version), this one knows \(format)): upgrade, or restore a backup")
    }
    guard byteCount(path) <= checkByteLimit else { return }
    let verdict = try connection.rows(Statement("PRAGMA quick_check(1)")).first?.first?.text
    guard verdict == "ok" else { throw Problem(message: "\(path) is damaged (\(verdict ?? "no verdict")): restore a backup") }
  }

  private static func prepareDirectory(of path: String) throws(Problem) {
    guard let slash = path.lastIndex(of: "/") else { return }
    let directory = slash == path.startIndex ? "/" : String(path[..<slash])
    let made = unsafe mkdir(directory, 0o700)
    let reason = errno
    guard made == 0 || reason == EEXIST else { throw Problem(message: "\(directory) cannot be made: \(text(reason))") }
    guard unsafe access(directory, R_OK | W_OK | X_OK) == 0 else {
      throw Problem(message: "\(directory) cannot be written to: \(text(errno))")
    }
  }

  private static func text(_ reason: CInt) -> String { unsafe String(cString: strerror(reason)) }

  /// 0 when there is no such file.
  package static func byteCount(_ path: String) -> Int {
    var facts = stat()
    return unsafe stat(path, &facts) == 0 ? Int(facts.st_size) : 0
  }

  /// Brings a file that another connection has written to disk.
  package static func flush(_ path: String) -> Bool {
    let descriptor = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    return fsync(descriptor) == 0
  }
}
