extension Vocabulary {
  /// The words by which a description and a requirement's notes are compared: runs of ASCII letters; of Chinese runs the whole (from two
  /// characters on) and all pieces of two and three characters; stop words left out.
  func keywords(of text: String) -> Set<Term> {
    var found: Set<Term> = []
    var letters = String.UnicodeScalarView()
    var ideographs: [Unicode.Scalar] = []
    for scalar in text.lowercased().unicodeScalars {
      if ("a"..."z").contains(scalar) {
        letters.append(scalar)
      } else if !letters.isEmpty {
        found.insert(Term(String(letters)))
        letters = String.UnicodeScalarView()
      }
      if (0x4E00...0x9FFF).contains(scalar.value) {
        ideographs.append(scalar)
      } else if !ideographs.isEmpty {
        Self.insertPieces(of: ideographs, into: &found)
        ideographs.removeAll(keepingCapacity: true)
      }
    }
    if !letters.isEmpty { found.insert(Term(String(letters))) }
    Self.insertPieces(of: ideographs, into: &found)
    return found.subtracting(stopWords)
  }

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
