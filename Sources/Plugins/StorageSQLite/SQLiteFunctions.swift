import CSQLite
import StorageKit

/// The functions the SQLite dialect calls: `hive_object(plan, value, …)` writes a nested row in wire form (SQLite's own JSON prints
/// doubles with 15 digits), `hive_contains(text, part)` looks for a part ignoring case in all of Unicode.
enum SQLiteFunctions {
  /// - Parameter handle: an open connection; the functions live as long as it.
  static func register(on handle: OpaquePointer) -> Bool {
    let flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS
    let object = unsafe sqlite3_create_function_v2(
      handle, "hive_object", -1, flags, nil, { unsafe SQLiteFunctions.writeObject($0, $1, $2) }, nil, nil, nil)
    let contains = unsafe sqlite3_create_function_v2(
      handle, "hive_contains", 2, flags, nil, { unsafe SQLiteFunctions.search($0, $1, $2) }, nil, nil, nil)
    return object == SQLITE_OK && contains == SQLITE_OK
  }

  private typealias Values = UnsafeMutablePointer<OpaquePointer?>

  /// What is worked out once a statement from its first constant argument; SQLite keeps it (auxdata) and frees it.
  private final class Plan {
    let plan: RowPlan
    init(_ plan: RowPlan) { self.plan = plan }
  }

  private final class Needle {
    let lowered: [UInt8]
    init(_ text: String) { lowered = Array(text.lowercased().utf8) }
  }

  /// Unsafe: SQLite hands `count` value pointers that are valid during the call.
  private static func writeObject(_ context: OpaquePointer?, _ count: Int32, _ values: Values?) {
    guard count >= 1, let values = unsafe values else { return }
    let plan: RowPlan
    if let kept = unsafe sqlite3_get_auxdata(context, 0) {
      plan = unsafe Unmanaged<Plan>.fromOpaque(kept).takeUnretainedValue().plan
    } else {
      guard let read = RowPlan(text: unsafe String(decoding: bytes(values[0]), as: UTF8.self)) else {
        unsafe sqlite3_result_error(context, "hive_object: malformed plan", -1)
        return
      }
      plan = read
      unsafe sqlite3_set_auxdata(context, 0, Unmanaged.passRetained(Plan(read)).toOpaque()) { pointer in
        if let pointer = unsafe pointer { unsafe Unmanaged<Plan>.fromOpaque(pointer).release() }
      }
    }
    var out: [UInt8] = []
    out.reserveCapacity(256)
    if plan.members.isEmpty { out.append(UInt8(ascii: "{")) }
    for (index, member) in plan.members.enumerated() where index + 1 < Int(count) {
      out.append(contentsOf: member.lead)
      unsafe write(values[index + 1], member.format, to: &out)
    }
    out.append(UInt8(ascii: "}"))
    unsafe out.withUnsafeBufferPointer { text in
      unsafe text.withMemoryRebound(to: CChar.self) { unsafe hive_result_text(context, $0.baseAddress, Int32(clamping: $0.count)) }
    }
  }

  private static func write(_ value: OpaquePointer?, _ format: WireFormat, to out: inout [UInt8]) {
    switch unsafe sqlite3_value_type(value) {
    case SQLITE_INTEGER: format.write(unsafe sqlite3_value_int64(value), to: &out)
    case SQLITE_FLOAT: format.write(unsafe sqlite3_value_double(value), to: &out)
    case SQLITE_NULL: out.append(contentsOf: "null".utf8)
    default:
      if case .json = format { unsafe out.append(contentsOf: bytes(value)) } else { unsafe JSONText.write(bytes(value), to: &out) }
    }
  }

  /// Valid during the call.
  private static func bytes(_ value: OpaquePointer?) -> UnsafeBufferPointer<UInt8> {
    let start = unsafe sqlite3_value_text(value)
    return unsafe UnsafeBufferPointer(start: start, count: Int(sqlite3_value_bytes(value)))
  }

  /// Unsafe: as ``writeObject(_:_:_:)``.
  private static func search(_ context: OpaquePointer?, _ count: Int32, _ values: Values?) {
    guard count == 2, let values = unsafe values, unsafe sqlite3_value_type(values[0]) != SQLITE_NULL else { return }
    let lowered: [UInt8]
    if let kept = unsafe sqlite3_get_auxdata(context, 1) {
      lowered = unsafe Unmanaged<Needle>.fromOpaque(kept).takeUnretainedValue().lowered
    } else {
      let needle = unsafe Needle(String(decoding: bytes(values[1]), as: UTF8.self))
      lowered = needle.lowered
      unsafe sqlite3_set_auxdata(context, 1, Unmanaged.passRetained(needle).toOpaque()) { pointer in
        if let pointer = unsafe pointer { unsafe Unmanaged<Needle>.fromOpaque(pointer).release() }
      }
    }
    let text = unsafe String(decoding: bytes(values[0]), as: UTF8.self)
    unsafe sqlite3_result_int(context, TextSearch.contains(text, lowered: lowered) ? 1 : 0)
  }
}

/// Substring search that ignores case.
package enum TextSearch {
  /// - Parameter lowered: the part in lower case, UTF-8.
  package static func contains(_ text: String, lowered part: [UInt8]) -> Bool {
    guard let first = part.first else { return true }
    let bytes = Array(text.lowercased().utf8)
    guard bytes.count >= part.count else { return false }
    return (0...(bytes.count - part.count)).contains { start in
      bytes[start] == first && bytes[start..<(start + part.count)].elementsEqual(part)
    }
  }
}
