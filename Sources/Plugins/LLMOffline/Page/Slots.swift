/// The marked places of a page, one begin and one end line each, between which one requirement writes.
///
/// The marker lines never change, so parallel branches that fill different slots merge line by line without a conflict.
enum Slots {
  enum Kind: String { case navigation = "nav", section = "part" }

  static func begin(_ kind: Kind, _ id: String) -> String { "<!-- \(kind.rawValue):\(id) -->" }
  static func end(_ kind: Kind, _ id: String) -> String { "<!-- /\(kind.rawValue):\(id) -->" }

  /// The lines between a slot's markers; nil when the page lacks the slot.
  static func content(_ kind: Kind, _ id: String, in page: [String]) -> [String]? {
    range(kind, id, in: page).map { Array(page[$0]) }
  }

  /// The page with these lines in the slot; without the slot it is added before the closing tag of its place, else at the end.
  static func filling(_ kind: Kind, _ id: String, with lines: [String], in page: [String]) -> [String] {
    var page = page
    if let range = range(kind, id, in: page) {
      page.replaceSubrange(range, with: lines)
      return page
    }
    let closing = kind == .navigation ? "</ul></nav>" : "</main>"
    let place = page.firstIndex { $0.trimmed() == closing } ?? page.endIndex
    page.insert(contentsOf: [begin(kind, id)] + lines + [end(kind, id)], at: place)
    return page
  }

  private static func range(_ kind: Kind, _ id: String, in page: [String]) -> Range<Int>? {
    guard let begin = page.firstIndex(where: { $0.trimmed() == begin(kind, id) }),
      let end = page[begin...].firstIndex(where: { $0.trimmed() == end(kind, id) })
    else { return nil }
    return begin + 1..<end
  }
}
