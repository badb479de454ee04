extension Vocabulary {
  /// The words by which a description and a requirement's notes are compared: runs of ASCII letters; of Chinese runs the whole (from two
  /// characters on) and all pieces of two and three characters; stop words left out.
  func keywords(of text: String) -> Set<Term> {
    let lower = text.lowercased()
    let scalars = lower.unicodeScalars
    var found: Set<Term> = []
    var index = scalars.startIndex
    while index < scalars.endIndex {
      let rest = scalars[index...]
      let letters = rest.prefix { ("a"..."z").contains($0) }
      let ideographs = letters.isEmpty ? rest.prefix { (0x4E00...0x9FFF).contains($0.value) } : rest[index..<index]
      if !letters.isEmpty {
        let word = Term(String(letters))
        if !stopWords.contains(word) { found.insert(word) }
        index = letters.endIndex
      } else if !ideographs.isEmpty {
        Self.insertPieces(of: Array(ideographs), into: &found)
        index = ideographs.endIndex
      } else {
        index = scalars.index(after: index)
      }
    }
    return found
  }

  /// The Chinese stop words are single characters, which are no pieces.
  private static func insertPieces(of run: [Unicode.Scalar], into found: inout Set<Term>) {
    guard run.count >= 2 else { return }
    found.insert(term(run[...]))
    for length in 2...3 where run.count > length {
      for start in 0...(run.count - length) { found.insert(term(run[start..<start + length])) }
    }
  }

  private static func term(_ scalars: ArraySlice<Unicode.Scalar>) -> Term {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    return Term(String(view))
  }
}
