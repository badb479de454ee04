import JSONRPC

/// The beginning of a text file, for whoever reads along in chats. Source: DECISIONS 11.
enum TextExtract {
  static let limit = 5_000
  /// As many bytes as so many code points may take, in UTF-16 or UTF-8, and a byte-order mark.
  static let byteLimit = limit * 4 + 4

  /// - Parameter bytes: the file's first ``byteLimit`` bytes, or all of it.
  /// - Returns: empty for what is not text.
  static func text(_ bytes: [UInt8]) -> String {
    guard let text = decoded(bytes), !text.unicodeScalars.contains("\0") else { return "" }
    return String(String.UnicodeScalarView(text.unicodeScalars.prefix(limit)))
  }

  private static func decoded(_ bytes: [UInt8]) -> String? {
    if bytes.starts(with: [0xFF, 0xFE]) { return utf16(bytes.dropFirst(2)) { UInt16($1) << 8 | UInt16($0) } }
    if bytes.starts(with: [0xFE, 0xFF]) { return utf16(bytes.dropFirst(2)) { UInt16($0) << 8 | UInt16($1) } }
    let body = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
    if let text = String(validating: body, as: UTF8.self) { return text }
    // The cut may have hit the middle of a code point.
    guard bytes.count >= byteLimit else { return nil }
    for cut in 1...3 {
      if let text = String(validating: body.dropLast(cut), as: UTF8.self) { return text }
    }
    return nil
  }

  private static func utf16(_ bytes: ArraySlice<UInt8>, _ join: (UInt8, UInt8) -> UInt16) -> String? {
    var units: [UInt16] = []
    var at = bytes.startIndex
    while at + 1 < bytes.endIndex {
      units.append(join(bytes[at], bytes[at + 1]))
      at += 2
    }
    if let last = units.last, UTF16.isLeadSurrogate(last) { units.removeLast() }
    return String(validating: units, as: UTF16.self)
  }
}
