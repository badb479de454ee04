import CSQLite
import StorageKit

#if canImport(Glibc)
  import Glibc
#endif

extension SQLFailure {
  /// - Parameters:
  ///   - code: SQLite's extended result code.
  ///   - systemError: `errno` of the last failing system call.
  init(code: Int32, systemError: Int32, message: String) {
    switch code & 0xFF {
    case SQLITE_FULL: self = .full
    case SQLITE_IOERR where systemError == ENOSPC || systemError == EDQUOT: self = .full
    case SQLITE_TOOBIG: self = .tooLarge
    case SQLITE_CONSTRAINT: self = SQLFailure(constraint: code, message)
    default: self = .other("SQLite: \(message) (\(code))")
    }
  }

  private init(constraint code: Int32, _ message: String) {
    let (foreignKey, primaryKey, unique, rowID): (Int32, Int32, Int32, Int32) = (3, 6, 8, 10)
    switch code >> 8 {
    case foreignKey: self = .foreignKey
    case unique, primaryKey, rowID: self = SQLFailure.unique(in: message)
    default: self = .other("SQLite: \(message) (\(code))")
    }
  }

  /// The message is all that SQLite tells: `UNIQUE constraint failed: task.tenant, task.title`, or `…: index 'name'` for one over
  /// expressions.
  private static func unique(in message: String) -> SQLFailure {
    let names = message.drop { $0 != ":" }.dropFirst(2)
    if names.hasPrefix("index '") { return .unique(columns: [], index: String(names.dropFirst(7).dropLast())) }
    let columns = names.split(separator: ",").map { part in
      part.split(separator: ".").last.map { String($0.drop { $0 == " " }) } ?? ""
    }
    return .unique(columns: columns, index: nil)
  }
}
