extension StringProtocol {
  /// Without white space and the given punctuation at both ends.
  func trimmed(_ also: String = "") -> String {
    let drop: (Character) -> Bool = { $0.isWhitespace || also.contains($0) }
    guard let start = firstIndex(where: { !drop($0) }), let end = lastIndex(where: { !drop($0) }) else { return "" }
    return String(self[start...end])
  }

  /// The first `limit` code points, with an ellipsis when something was cut.
  func cut(_ limit: Int) -> String {
    guard unicodeScalars.count > limit else { return String(self) }
    return String(String.UnicodeScalarView(unicodeScalars.prefix(limit))) + "…"
  }

  /// With a capital first letter.
  var capitalizedFirst: String {
    guard let first else { return "" }
    return first.uppercased() + dropFirst()
  }

  /// On one line, white space collapsed.
  var oneLine: String { split(whereSeparator: \.isWhitespace).joined(separator: " ") }

  /// Lower-case words of letters and digits.
  var words: [String] {
    lowercased().split { !($0.isLetter || $0.isNumber) }.map(String.init)
  }
}

extension String {
  func mentions(_ keyword: String) -> Bool { LoweredText(self).mentions(keyword) }
}

/// A text made ready to be searched for many keywords.
struct LoweredText {
  private let bytes: [UInt8]

  init(_ text: String) { bytes = Array(text.lowercased().utf8) }

  /// Whether a lower-case keyword occurs: Latin ones at the start of a word ("hour" in "hours"), others anywhere.
  func mentions(_ keyword: String) -> Bool {
    let wanted = Array(keyword.utf8)
    guard let first = wanted.first, wanted.count <= bytes.count else { return false }
    let latin = wanted.allSatisfy { $0 < 0x80 }
    for start in 0...(bytes.count - wanted.count) where bytes[start] == first {
      if latin, start > 0, LoweredText.isWordByte(bytes[start - 1]) { continue }
      if bytes[start..<start + wanted.count].elementsEqual(wanted) { return true }
    }
    return false
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }
}

extension String {
  /// Cut into pieces of at most so many characters.
  func pieces(of count: Int) -> [Substring] {
    var pieces: [Substring] = []
    var start = startIndex
    while start < endIndex {
      let end = index(start, offsetBy: count, limitedBy: endIndex) ?? endIndex
      pieces.append(self[start..<end])
      start = end
    }
    return pieces
  }
}
