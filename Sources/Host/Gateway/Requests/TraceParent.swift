/// The header `traceparent`: which trace a request belongs to, and which step of it.
///
/// Source: W3C Trace Context, 2021, section 3.2.
enum TraceParent {
  /// The caller's trace with a step of our own, or a new trace when the caller names none that is well-formed.
  static func next(after header: String?) -> String {
    guard let header else { return begin() }
    let parts = header.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 4, parts[0] == "00", isHex(parts[1], 32), isHex(parts[2], 16), isHex(parts[3], 2),
      parts[1].contains(where: { $0 != "0" }), parts[2].contains(where: { $0 != "0" })
    else { return begin() }
    return "00-\(parts[1])-\(RequestID.part())-\(parts[3])"
  }

  private static func begin() -> String { "00-\(RequestID.make())-\(RequestID.part())-00" }

  private static func isHex(_ text: Substring, _ count: Int) -> Bool {
    text.utf8.count == count && text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
  }
}
