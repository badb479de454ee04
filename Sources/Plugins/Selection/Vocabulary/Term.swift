/// A text compared by Unicode code point, as the contract asks: Swift's own `String` compares canonically equivalent texts as equal.
struct Term: Sendable {
  let text: String

  init(_ text: String) { self.text = text }

  /// The form names are looked up in: lower case, without white space around.
  var folded: Term {
    let lower = text.lowercased().unicodeScalars
    guard let first = lower.firstIndex(where: { !$0.properties.isWhitespace }),
      let last = lower.lastIndex(where: { !$0.properties.isWhitespace })
    else { return Term("") }
    return Term(String(lower[first...last]))
  }

  var isEmpty: Bool { text.isEmpty }
}

extension Term: Hashable {
  static func == (left: Term, right: Term) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }

  func hash(into hasher: inout Hasher) {
    for byte in text.utf8 { hasher.combine(byte) }
    hasher.combine(0xFF as UInt8)
  }
}

extension Term: Comparable {
  /// UTF-8 byte order is code point order.
  static func < (left: Term, right: Term) -> Bool { left.text.utf8.lexicographicallyPrecedes(right.text.utf8) }
}

extension Term: ExpressibleByStringLiteral {
  init(stringLiteral value: String) { text = value }
}

extension Sequence where Element == Term {
  /// The texts in code point order: how a set is shown.
  var sortedTexts: [String] { sorted().map(\.text) }
}
