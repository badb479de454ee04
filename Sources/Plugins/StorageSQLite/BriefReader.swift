import PluginProtocol
import StorageKit
import Synchronization

/// A connection for reads that take less time than handing them to another thread would: of one row with what belongs to it.
///
/// A read that turns out to be longer is broken off after some hundred microseconds of SQLite's steps, and begun again by the ``ReaderPool``.
final class BriefReader: Sendable {
  /// Longer params are not looked at here.
  static let paramsByteLimit = 4_096

  private let connection: Mutex<SQLiteConnection>

  /// - Throws: ``SQLFailure`` when the file cannot be opened.
  init(path: String) throws(SQLFailure) {
    connection = Mutex(try SQLiteConnection(path: path, mode: .brief))
  }

  /// - Returns: the result's object, or nil when it would take long, another thread reads here, or anything is wrong.
  func read(_ read: StorageRead, _ compiler: Compiler) -> [UInt8]? {
    connection.withLockIfAvailable { connection -> [UInt8]? in
      var out: [UInt8] = []
      do throws(StorageError) { try ReadRunner(session: connection, compiler: compiler).run(read, to: &out) } catch { return nil }
      return out
    } ?? nil
  }

  func releaseCaches() { connection.withLock { $0.releaseCaches() } }
}
