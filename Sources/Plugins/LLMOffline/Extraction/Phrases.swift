/// Cuts a user's text into what it asks for, phrase by phrase.
enum Phrases {
  /// A short heading for a requirement: its own words when they are few, else what it is known as, else its first words.
  static func title(of text: String) -> String {
    let plain = withoutArticle(text.oneLine.trimmed(".。,，;；:：!！"))
    let language = Language.of(plain)
    let short = language == .english ? plain.split(separator: " ").count <= 6 && plain.count <= 48 : plain.count <= 16
    if short { return plain.capitalizedFirst }
    let component = Component.meant(by: plain)
    if component.kind != Component.generic.kind { return component.title(language) }
    guard language == .english else { return plain.cut(14) }
    return plain.split(separator: " ").prefix(6).joined(separator: " ").trimmed(",;:").cut(48).capitalizedFirst + "…"
  }

  /// The parts of a requirement's text, to be listed one by one; at least one.
  static func points(of text: String) -> [String] {
    let plain = text.oneLine.trimmed(".。")
    let points = sentences(plain).flatMap { split($0, at: listSeparators) }.map { $0.trimmed(".。,，;；").capitalizedFirst }.filter {
      $0.count > 1
    }
    return points.isEmpty ? [plain] : points
  }

  /// What stands behind a bullet or a number at the start of a line; nil for an ordinary line.
  static func bullet(_ line: String) -> String? {
    let line = line.trimmed()
    for mark in ["- ", "* ", "• ", "· ", "– ", "+ ", "•", "·"] where line.hasPrefix(mark) {
      return line.dropFirst(mark.count).trimmed().withoutCheckbox
    }
    var rest = line[...]
    let open = rest.first.map { "(（".contains($0) } ?? false
    if open { rest = rest.dropFirst() }
    let digits = rest.prefix { $0.isNumber || "一二三四五六七八九十".contains($0) }
    guard !digits.isEmpty, digits.count <= 3 else { return nil }
    rest = rest.dropFirst(digits.count)
    guard let mark = rest.first, open ? ")）".contains(mark) : ".)、．）".contains(mark) else { return nil }
    if mark == ".", rest.dropFirst().first.map({ !$0.isWhitespace }) ?? true { return nil }
    return rest.dropFirst().trimmed()
  }

  /// Sentences; a full stop ends one only before white space, so that `index.html` and `3.5` stay whole.
  static func sentences(_ text: String) -> [String] {
    var sentences: [String] = []
    var current = ""
    let characters = Array(text)
    for (index, character) in characters.enumerated() {
      let last = index + 1 == characters.count || characters[index + 1].isWhitespace
      current.append(character)
      if "。！？；".contains(character) || (".!?;".contains(character) && last) || character.isNewline {
        sentences.append(current)
        current = ""
      }
    }
    sentences.append(current)
    return sentences.map { $0.trimmed() }.filter { !$0.isEmpty }
  }

  static let listSeparators = [
    ", and ", ", as well as ", " as well as ", ", plus ", " and ", " plus ", " & ", ", ", "; ", "，以及", "，还有", "，和", "以及", "还有", "、", "，",
    "；", "和", "与",
  ]

  /// Splits outside brackets, the longest separators first.
  static func split(_ text: String, at separators: [String]) -> [String] {
    var parts: [String] = []
    var current = ""
    var depth = 0
    var rest = text[...]
    while let character = rest.first {
      if "(（[「\"“".contains(character), !(character == "\"" && depth > 0) {
        depth += 1
      } else if ")）]」\"”".contains(character) {
        depth = max(0, depth - 1)
      }
      if depth == 0, let separator = separators.first(where: { rest.lowercasedHasPrefix($0) }) {
        parts.append(current)
        current = ""
        rest = rest.dropFirst(separator.count)
        continue
      }
      current.append(character)
      rest = rest.dropFirst()
    }
    parts.append(current)
    return parts.map { $0.trimmed() }.filter { !$0.isEmpty }
  }

  static func withoutArticle(_ text: String) -> String {
    let articles = ["a ", "an ", "the ", "some ", "one ", "一个", "一份", "一张", "一款", "一家", "一间", "一套"]
    for article in articles where text[...].lowercasedHasPrefix(article) && text.count > article.count {
      return text.dropFirst(article.count).trimmed()
    }
    return text
  }

  /// The text without the words that only ask ("Please build me …", 「请帮我做一个…」), and whether there were any.
  static func withoutAsking(_ text: String) -> (text: String, asked: Bool) {
    var rest = text.trimmed()[...]
    var asked = false
    while let lead = leads.first(where: { rest.lowercasedHasPrefix($0) }), rest.count > lead.count {
      rest = rest.dropFirst(lead.count).trimmed(",，")[...]
      asked = true
    }
    return (String(rest), asked)
  }

  private static let leads = [
    "i would like you to ", "i would like to have ", "i would like ", "i'd like you to ", "i'd like to have ", "i'd like ",
    "i want you to ",
    "i want to have ", "i also want ", "i also need ", "i want ", "i need ", "we would like ", "we also want ", "we also need ", "we want ",
    "we need ",
    "could you please ", "can you please ", "could you ", "can you ", "please ", "build me ", "build ", "make me ", "create ", "make ",
    "develop ",
    "design me ", "it should also have ", "it should also include ", "it should have ", "it should include ", "it must have ",
    "it must include ", "it needs ",
    "it has ", "there should be ", "there should also be ", "there must be ", "the page should have ", "the page should also have ",
    "the site should have ", "the website should have ", "the app should have ", "also add ", "add ", "also include ", "include ", "also ",
    "and ", "plus ",
    "请帮我", "请给我", "请为我", "帮我", "请", "我想要", "我需要", "我希望有", "我希望", "我想", "我要", "我们需要", "我们想要", "我们要", "还需要", "还要有", "还要", "另外", "同时",
    "需要有", "需要", "要有", "应该有", "增加", "添加", "加上", "加一个", "并且", "做一个", "做个", "制作一个", "创建一个", "开发一个", "设计一个", "搭建一个", "写一个", "生成一个", "建一个",
  ].sorted { $0.count > $1.count }
}

extension StringProtocol {
  /// Whether it begins with a lower-case prefix, capitals counting as small letters.
  func lowercasedHasPrefix(_ prefix: String) -> Bool {
    self.prefix(prefix.count).lowercased() == prefix
  }

  /// Without the box of a task list (`[ ]`, `[x]`).
  var withoutCheckbox: String {
    for box in ["[ ] ", "[x] ", "[X] "] where hasPrefix(box) { return dropFirst(box.count).trimmed() }
    return String(self)
  }
}
