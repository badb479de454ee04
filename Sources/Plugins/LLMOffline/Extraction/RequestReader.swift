/// Reads the phrases that each ask for one thing out of a message.
enum RequestReader {
  /// More than anyone can act on in one go is not read.
  private static let phraseLimit = 100

  /// In the order of the text, without repetitions.
  static func phrases(in text: String) -> [String] {
    var phrases: [String] = []
    for line in text.split(whereSeparator: \.isNewline).map({ $0.trimmed() }) where !line.isEmpty {
      let found = Phrases.bullet(line).map { [clean($0)] } ?? heading(line).map { [$0] } ?? Phrases.sentences(line).flatMap(decompose)
      for phrase in found where phrase.unicodeScalars.count > 1 && !phrases.contains(where: { $0.lowercased() == phrase.lowercased() }) {
        phrases.append(phrase)
        if phrases.count == phraseLimit { return phrases }
      }
    }
    return phrases
  }

  /// Whether the message asks to take something away, which only the list itself can do.
  static func asksForRemoval(_ text: String) -> Bool {
    let words = ["remove ", "delete ", "drop ", "without the ", "去掉", "删除", "不要", "移除"]
    return Phrases.sentences(text).contains { sentence in words.contains { Phrases.withoutAsking(sentence).text.lowercasedHasPrefix($0) } }
  }

  /// A line that ends with a colon introduces the lines below it: only what it names itself counts.
  private static func heading(_ line: String) -> String? {
    guard let last = line.last, ":：".contains(last) else { return nil }
    let text = clean(Phrases.withoutAsking(String(line.dropLast())).text)
    let fillers: Set<String> = [
      "requirements", "requirement", "features", "feature", "needs", "it", "should", "must", "have", "has", "the", "following", "list",
      "with", "page", "functions", "my", "our",
    ]
    let empty = text.words.allSatisfy(fillers.contains) || ["需求", "功能", "要求", "需求如下", "功能如下", "要求如下", "如下"].contains(text)
    return empty ? "" : text
  }

  /// One sentence: a thing with its parts, a list, or one request.
  static func decompose(_ sentence: String) -> [String] {
    let question = sentence.last.map { "?？".contains($0) } ?? false
    let (text, asked) = Phrases.withoutAsking(sentence.trimmed(".。!！?？;；"))
    guard !isTalk(text), !asksForRemoval(sentence) else { return [] }
    if question, !asked, Component.meant(by: text).kind == Component.generic.kind { return [] }
    if let (head, tail) = parts(of: text) {
      return ([head] + Phrases.split(tail, at: Phrases.listSeparators).map { Phrases.withoutAsking($0).text }).map(clean).filter {
        !$0.isEmpty
      }
    }
    let items = Phrases.split(text, at: Phrases.listSeparators)
    let separators = text.filter { ",，、".contains($0) }.count
    let short = items.allSatisfy { Language.of($0) == .english ? $0.split(separator: " ").count <= 4 : $0.count <= 10 }
    if items.count > 1, short, separators > 0 || items.allSatisfy({ Component.meant(by: $0).kind != Component.generic.kind }) {
      return items.map { clean(Phrases.withoutAsking($0).text) }
    }
    return [clean(text)]
  }

  private static let openers = [
    " that includes ", " which includes ", " that has ", " which has ", " that have ", " that shows ", " including ", " includes ",
    " containing ",
    " contains ", " featuring ", " showing ", " offering ", " consisting of ", " with ", ": ", "包含", "包括", "带有", "具有", "含有", "设有", "需要有",
    "要有", "应有",
    "展示", "提供", "，有", "：",
  ]
  private static let wholes = [
    "page", "site", "website", "app", "application", "homepage", "portfolio", "platform", "system", "dashboard", "网站", "网页", "页面", "主页",
    "首页", "应用", "系统", "平台",
    "小程序", "官网", "商城", "站点",
  ]

  /// "A landing page for a bakery with opening hours and a menu": the thing, and the list of its parts. Only a whole – a page, an app,
  /// or something no part is known by – is taken apart; "a contact form with name and message" is one request.
  private static func parts(of text: String) -> (head: String, tail: String)? {
    let lowered = text.lowercased()
    guard lowered.count == text.count else { return nil }
    let cuts = openers.compactMap { opener in
      lowered.firstRange(of: opener).map { (lowered.distance(from: lowered.startIndex, to: $0.lowerBound), opener.count) }
    }
    guard let (offset, length) = cuts.min(by: { $0.0 != $1.0 ? $0.0 < $1.0 : $0.1 > $1.1 }) else { return nil }
    let head = text.prefix(offset).trimmed(",，的")
    let tail = text.dropFirst(offset + length).trimmed()
    let whole = wholes.contains { head.mentions($0) }
    let named = Component.meant(by: head).kind != Component.generic.kind
    let thing = Language.of(head) == .chinese || ["a ", "an ", "the ", "my ", "our "].contains { head[...].lowercasedHasPrefix($0) }
    guard !tail.isEmpty, whole || (thing && !named), !head.isEmpty else { return nil }
    return (head, tail)
  }

  private static func clean(_ phrase: String) -> String {
    let text = phrase.oneLine.trimmed(".。,，;；:：!！")
    let short = text.split(separator: " ").count <= 5
    return (short ? Phrases.withoutArticle(text) : text).capitalizedFirst
  }

  private static func isTalk(_ text: String) -> Bool {
    let talk: Set<String> = [
      "", "hello", "hi", "hey", "hi there", "hello there", "thanks", "thank you", "ok", "okay", "yes", "no", "good", "great", "perfect",
      "sure", "fine", "good morning",
      "你好", "您好", "谢谢", "好的", "好", "可以", "嗯", "是", "是的", "不", "不用", "没有了", "没问题", "对",
    ]
    return talk.contains(text.lowercased().trimmed(",，~"))
  }
}
