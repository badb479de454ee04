import JSONRPC

/// What would put a candidate first: each way is the least of its kind, and can be tried as a ``WhatIf``.
struct LibraryExplanation: Sendable {
  struct Way: Sendable, Equatable {
    let change: WhatIf
    /// How many facts change: a skill, a domain, a duty, a number or a switch each count one.
    let size: Int
  }

  /// Smallest first.
  private(set) var ways: [Way] = []

  private let shelf: LibraryShelf
  private let id: String

  init(of id: String, on shelf: LibraryShelf) {
    self.id = id
    self.shelf = shelf.cut(to: id)
    guard shelf.first != id else { return }
    addMerits()
    for part in WhatIf.Switch.allCases { add(WhatIf(off: [part])) }
    for number in WhatIf.Number.allCases { add(number) }
    ways = ways.enumerated().sorted { ($0.element.size, $0.offset) < ($1.element.size, $1.offset) }.map(\.element)
  }

  private func isFirst(_ change: WhatIf) -> Bool { shelf.with(change).first == id }

  private mutating func add(_ change: WhatIf, size: Int = 1) {
    if isFirst(change) { ways.append(Way(change: change, size: size)) }
  }

  /// Skills and domains the texts do not name, and a duty that is not the role.
  private mutating func addMerits() {
    guard let match = shelf.books.first(where: { String($0.agent.id) == self.id })?.match else { return }
    let (skills, domains) = (match.missingSkills, match.missingDomains)
    let id = id
    let change = { (counts: [Int]) -> WhatIf in
      WhatIf(
        skills: counts[0] == 0 ? [:] : [id: Array(skills.prefix(counts[0]))],
        domains: counts[1] == 0 ? [:] : [id: Array(domains.prefix(counts[1]))], duty: counts[2] == 0 ? [] : [id])
    }
    let limits = [skills.count, domains.count, match.role == .whole ? 0 : 1]
    for counts in SmallestSets(limits: limits, budget: 2000).find(where: { isFirst(change($0)) }).ways {
      add(change(counts), size: counts.reduce(0, +))
    }
  }

  private mutating func add(_ number: WhatIf.Number) {
    guard let current = shelf.number(number) else { return }
    let change = { (value: Double) in WhatIf(numbers: [number: value]) }
    let points = shelf.breakpoints(of: number, for: id)
    let (shelf, id) = (shelf, id)
    let value = NearestFlip(current: current, range: 0...max(1, current), breakpoints: points).find {
      shelf.with(change($0)).first == id
    }
    if let value { add(change(value)) }
  }
}

extension LibraryExplanation.Way {
  var json: JSON { ["size": .int(size), "what_if": change.json] }
}

extension LibraryShelf {
  /// Those who could ever stand before one candidate, whatever single number is turned: of agents alike in all that counts the first one.
  fileprivate func cut(to id: String) -> LibraryShelf {
    struct Likeness: Hashable {
      let role: LibraryMatch.RoleMatch
      let skills: Double
      let domains: Double
    }
    var seen: Set<Likeness> = []
    var shelf = self
    shelf.books = books.filter { book in
      let likeness = Likeness(role: book.match.role, skills: book.match.skillCoverage, domains: book.match.domainCoverage)
      return seen.insert(likeness).inserted || String(book.agent.id) == id
    }
    return shelf
  }

  /// Where a number makes the candidate's score meet another one's, the threshold, or the cap.
  fileprivate func breakpoints(of number: WhatIf.Number, for id: String) -> [Double] {
    let current = self.number(number) ?? 0
    var points = ranking.map(\.score) + [rules.threshold]
    guard number.isWeight else { return points + books.map { $0.match.score(rules) } }
    points = []
    let lines = books.map { line(of: $0, over: number, current) }
    let fixed = [rules.threshold, 1, generated?.estimatedScore].compactMap { $0 }
    guard let own = books.firstIndex(where: { String($0.agent.id) == id }).map({ lines[$0] }) else {
      return lines.flatMap { line in fixed.map { ($0 - line.rest) / line.slope } }
    }
    for line in lines {
      points.append((line.rest - own.rest) / (own.slope - line.slope))
      for value in fixed { points.append((value - line.rest) / line.slope) }
    }
    return points
  }

  /// The score before the cap, as a line over one weight.
  private func line(of book: Book, over number: WhatIf.Number, _ current: Double) -> (rest: Double, slope: Double) {
    let slope: Double =
      switch number {
      case .role: book.match.role == .whole ? 1 : 0
      case .roleWord: book.match.role == .word ? 1 : 0
      case .skills: book.match.skillCoverage
      case .domains: book.match.domainCoverage
      case .threshold, .estimatedScore: 0
      }
    return (book.match.uncapped(rules) - slope * current, slope)
  }
}
