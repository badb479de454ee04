/// One range of a `Range` header (RFC 9110, section 14). Several at once are answered with the whole.
enum ByteRange: Equatable {
  case whole
  case part(Range<Int64>)
  case unsatisfiable

  init(_ header: String?, size: Int64) {
    self = .whole
    guard let header, header.lowercased().hasPrefix("bytes=") else { return }
    let text = header.dropFirst(6).filter { $0 != " " }
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 2, !text.contains(","), parts.allSatisfy({ $0.utf8.allSatisfy { (48...57).contains($0) } }) else { return }
    switch (Int64(parts[0]), Int64(parts[1])) {
    case (nil, let count?) where parts[0].isEmpty:
      self = count == 0 || size == 0 ? .unsatisfiable : .part(max(0, size - count)..<size)
    case (let first?, let last) where last != nil || parts[1].isEmpty:
      guard last.map({ $0 >= first }) ?? true else { return }
      self = first < size ? .part(first..<min(size, (last ?? size).addingReportingOverflow(1).partialValue.clamped(size))) : .unsatisfiable
    default: return
    }
  }
}

extension Int64 {
  /// What overflowed counts as the end.
  fileprivate func clamped(_ size: Int64) -> Int64 { self < 0 ? size : self }
}
