/// Gives every distinct name a number, so that thousands of agents are compared without hashing text again.
struct Lexicon: Sendable {
  private var ids: [Term: Int] = [:]

  mutating func id(of term: Term) -> Int {
    if let known = ids[term] { return known }
    ids[term] = ids.count
    return ids.count - 1
  }

  mutating func ids(of terms: some Sequence<Term>) -> Set<Int> {
    var found: Set<Int> = []
    for term in terms { found.insert(id(of: term)) }
    return found
  }
}
