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
  /// Whether a keyword occurs: Latin ones at the start of a word ("hour" in "hours"), others anywhere.
  func mentions(_ keyword: String) -> Bool {
    let text = lowercased()
    guard keyword.allSatisfy(\.isASCII) else { return text.contains(keyword) }
    var rest = text[...]
    while let range = rest.firstRange(of: keyword) {
      let before = range.lowerBound == text.startIndex ? nil : text[text.index(before: range.lowerBound)]
      if before.map({ !($0.isASCII && ($0.isLetter || $0.isNumber)) }) ?? true { return true }
      rest = rest[range.upperBound...]
    }
    return false
  }
}
