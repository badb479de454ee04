/// A kind of section the model knows how to build: when a requirement asks for it, what it must hold, and its markup.
struct Component: Sendable {
  /// A short English name, written into the section as `data-kind`.
  let kind: String
  /// What a requirement that asks for it says: lower case, English at word starts, Chinese anywhere.
  let keywords: [String]
  let title: Localized
  /// What can be checked about it, beside ``Standard/ownSection``.
  let standards: [Standard]
  /// The lines below the heading.
  let body: @Sendable (Part) -> [String]

  var allStandards: [Standard] { [.ownSection] + standards }

  /// The known standard a text means: word for word, else the most alike of those that share most of its words.
  func standard(meaning text: String) -> Standard? {
    let plain = text.trimmed(".。")
    if let exact = allStandards.first(where: { $0.text.english.trimmed(".") == plain || $0.text.chinese.trimmed("。") == plain }) {
      return exact
    }
    let language = Language.of(text)
    let scored = allStandards.map { ($0, Likeness.share(of: plain, in: $0.text(language))) }
    guard let best = scored.max(by: { $0.1 < $1.1 }), best.1 >= 0.75 else { return nil }
    return best.0
  }
}

/// One checkable thing and how it is tested.
struct Standard: Sendable {
  let text: Localized
  let tests: [PageTest]

  init(_ english: String, _ chinese: String, _ tests: PageTest...) {
    text = Localized(english, chinese)
    self.tests = tests
  }

  static let ownSection = Standard(
    "It has its own section on the page, with a heading and a link in the navigation", "在页面上有独立的区块，带标题和导航链接", .heading, .linked)
}
