import CSQLite
import JSONRPC
import StorageKit

/// One prepared statement. Its pointer lives as long as this object; only the connection that made it uses it, under its lock.
@safe final class SQLiteStatement {
  private let pointer: OpaquePointer
  /// When it was used last, for the cache.
  var lastUse: UInt64 = 0

  /// - Parameter pointer: owned from now on.
  init(_ pointer: OpaquePointer) { unsafe self.pointer = pointer }

  deinit { unsafe sqlite3_finalize(pointer) }

  var columnCount: Int32 { unsafe sqlite3_column_count(pointer) }

  func bind(_ values: [SQLValue]) -> Int32 {
    for (index, value) in values.enumerated() {
      let place = Int32(index + 1)
      let code =
        switch value {
        case .null: unsafe sqlite3_bind_null(pointer, place)
        case .integer(let number): unsafe sqlite3_bind_int64(pointer, place, number)
        case .real(let number): unsafe sqlite3_bind_double(pointer, place, number)
        case .text(let text): bind(text, place)
        }
      guard code == SQLITE_OK else { return code }
    }
    return SQLITE_OK
  }

  /// The bytes are copied during the call.
  private func bind(_ text: String, _ place: Int32) -> Int32 {
    var text = text
    return text.withUTF8 { bytes in
      unsafe bytes.withMemoryRebound(to: CChar.self) { characters in
        unsafe hive_bind_text(pointer, place, characters.baseAddress, Int32(clamping: characters.count))
      }
    }
  }

  func step() -> Int32 { unsafe sqlite3_step(pointer) }

  /// Makes it ready for other values. The code repeats what the last step said.
  func reset() {
    unsafe sqlite3_reset(pointer)
    unsafe sqlite3_clear_bindings(pointer)
  }

  func value(_ column: Int32) -> SQLValue {
    switch unsafe sqlite3_column_type(pointer, column) {
    case SQLITE_INTEGER: .integer(unsafe sqlite3_column_int64(pointer, column))
    case SQLITE_FLOAT: .real(unsafe sqlite3_column_double(pointer, column))
    case SQLITE_NULL: .null
    default: .text(text(column))
    }
  }

  private func text(_ column: Int32) -> String { unsafe String(decoding: bytes(column), as: UTF8.self) }

  /// Valid until the next step or reset.
  private func bytes(_ column: Int32) -> UnsafeBufferPointer<UInt8> {
    // sqlite3_column_text comes before sqlite3_column_bytes: the former may convert.
    let start = unsafe sqlite3_column_text(pointer, column)
    return unsafe UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(pointer, column)))
  }

  /// Appends the current row as a JSON object, straight from SQLite's memory.
  func writeRow(_ plan: RowPlan, to out: inout [UInt8]) {
    if plan.members.isEmpty { out.append(UInt8(ascii: "{")) }
    for (index, member) in plan.members.enumerated() {
      out.append(contentsOf: member.lead)
      let column = Int32(index)
      switch unsafe sqlite3_column_type(pointer, column) {
      case SQLITE_INTEGER: member.format.write(unsafe sqlite3_column_int64(pointer, column), to: &out)
      case SQLITE_FLOAT: member.format.write(unsafe sqlite3_column_double(pointer, column), to: &out)
      case SQLITE_NULL: out.append(contentsOf: "null".utf8)
      default:
        let text = unsafe bytes(column)
        switch member.format {
        case .json: unsafe out.append(contentsOf: text)
        case .tree: unsafe member.format.write(.text(String(decoding: text, as: UTF8.self)), to: &out)
        default: unsafe JSONText.write(text, to: &out)
        }
      }
    }
    out.append(UInt8(ascii: "}"))
  }
}

/// JSON strings from UTF-8 that SQLite owns.
enum JSONText {
  /// Appends a quoted string; runs that need no escape are copied whole.
  static func write(_ text: UnsafeBufferPointer<UInt8>, to out: inout [UInt8]) {
    out.append(UInt8(ascii: "\""))
    var start = 0
    for at in 0..<text.count where JSON.isEscaped(unsafe text[at]) {
      unsafe out.append(contentsOf: text[start..<at])
      JSON.writeEscape(unsafe text[at], to: &out)
      start = at + 1
    }
    unsafe out.append(contentsOf: text[start...])
    out.append(UInt8(ascii: "\""))
  }
}
