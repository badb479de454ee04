extension StringProtocol {
  /// Without white space at both ends, and without NUL, which storage refuses.
  var trimmedText: String {
    guard let start = firstIndex(where: { !$0.isWhitespace }), let end = lastIndex(where: { !$0.isWhitespace }) else { return "" }
    let text = String(self[start...end])
    return text.contains("\0") ? text.filter { $0 != "\0" } : text
  }

  /// The first `count` code points.
  func prefixScalars(_ count: Int) -> String { String(String.UnicodeScalarView(unicodeScalars.prefix(count))) }
}
