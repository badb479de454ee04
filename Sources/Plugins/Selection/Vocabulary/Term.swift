/// A text compared by Unicode code point, as the contract asks: Swift's own `String` compares canonically equivalent texts as equal.
struct Term: Sendable {
  let text: String

  init(_ text: String) { self.text = text }

  /// Without white space around.
  var trimmed: Term {
    let scalars = text.unicodeScalars
    guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
      let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
    else { return Term("") }
    return Term(String(scalars[first...last]))
  }

  /// The form names are looked up in: lower case, without white space around.
  var folded: Term { text.utf8.allSatisfy(Self.isPlain) ? self : Term(text.lowercased()).trimmed }

  /// A visible ASCII character that is no capital: folding leaves it as it is.
  private static func isPlain(_ byte: UInt8) -> Bool { (0x21...0x7E).contains(byte) && !(0x41...0x5A).contains(byte) }

  var isEmpty: Bool { text.isEmpty }
}

extension Term: Hashable {
  static func == (left: Term, right: Term) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }

  func hash(into hasher: inout Hasher) {
    var word: UInt64 = 0
    var count = 0
    for byte in text.utf8 {
      word = word << 8 | UInt64(byte)
      count += 1
      if count.isMultiple(of: 8) {
        hasher.combine(word)
        word = 0
      }
    }
    hasher.combine(word)
    hasher.combine(count)
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
