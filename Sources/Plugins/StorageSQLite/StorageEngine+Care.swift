import CSQLite
package import JSONRPC
import PluginProtocol
import StorageKit

extension StorageEngine {
  /// `storage.backup`: a whole, compact copy of one moment, written beside the work that goes on.
  package func backup(_ params: JSON) async throws(RPCError) -> [UInt8] {
    let target: String
    do {
      var reader = try SpecReader(params, "")
      target = try reader.require("to")
      try reader.finish()
    } catch {
      throw RPCError(.invalidParams, error.description)
    }
    guard DatabaseFile.byteCount(target) == 0 else {
      throw .application("exists", status: 409, "\(target) is there already")
    }
    let path = path
    return try await readers.read(bytes: 256, snapshot: false) { _ throws(StorageError) in
      do throws(SQLFailure) {
        // A connection of its own: the readers may not write, not even another file.
        _ = try SQLiteConnection(path: path, mode: .write).execute(Statement("VACUUM INTO ?1", [.text(target)]))
      } catch {
        throw error.storageError
      }
      guard DatabaseFile.flush(target) else { throw .engine("\(target) cannot be flushed to disk") }
      return JSON.object(["bytes": .int(DatabaseFile.byteCount(target))]).bytes
    }
  }

  /// What SQLite keeps only to be faster next time.
  package func releaseCaches() {
    readers.releaseCaches()
    brief.releaseCaches()
    writer.releaseCaches()
  }

  /// `storage.health`.
  package func health() async throws(RPCError) -> [UInt8] {
    try await readers.read(bytes: 0, snapshot: false) { connection throws(StorageError) in
      do throws(SQLFailure) { _ = try connection.rows(Statement("SELECT count(*) FROM hive_migration")) } catch { throw error.storageError }
      let version = unsafe String(cString: sqlite3_libversion())
      return JSON.object(["ok": true, "engine": "sqlite", "version": .string(version)]).bytes
    }
  }
}
