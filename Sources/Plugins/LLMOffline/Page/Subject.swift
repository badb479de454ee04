/// What the page is about: its name, and the trade whose goods and words fit.
struct Subject: Sendable {
  let name: String
  let trade: Trade

  /// Reads the subject out of the words that ask for the page: "A landing page for a bakery" → Bakery, 「一个面包店的网站」 → 面包店.
  init(of text: String) {
    let name = Language.of(text) == .english ? Subject.english(text) : Subject.chinese(text)
    self.name = name.isEmpty ? (Language.of(text) == .english ? "Our project" : "我们的项目") : name
    trade = Trade.meant(by: text)
  }

  private static func english(_ text: String) -> String {
    var rest = text.oneLine[...]
    if let range = rest.firstRange(of: " for ") { rest = rest[range.upperBound...] }
    var words = rest.split(separator: " ").map(String.init)
    let articles: Set<String> = ["a", "an", "the", "my", "our", "your", "their", "his", "her", "small", "simple", "new"]
    while let first = words.first, articles.contains(first.lowercased()), words.count > 1 { words.removeFirst() }
    let generic: Set<String> = ["page", "website", "site", "app", "application", "homepage", "landing", "web"]
    while let last = words.last, words.count > 1, generic.contains(last.lowercased().trimmed(".,!;:")) { words.removeLast() }
    return words.prefix(6).joined(separator: " ").trimmed(".,!;:\"'").cut(60).capitalizedFirst
  }

  private static func chinese(_ text: String) -> String {
    var name = text.oneLine
    for prefix in ["一个", "一家", "一款", "一份", "一间", "我的", "我们的", "为", "给"] where name.hasPrefix(prefix) {
      name.removeFirst(prefix.count)
    }
    for suffix in ["官方网站", "宣传网站", "展示网站", "落地页", "小程序", "网站", "网页", "主页", "首页", "页面", "官网", "应用", "站点"] {
      if let range = name.firstRange(of: suffix), range.lowerBound > name.startIndex {
        name = String(name[..<range.lowerBound])
        break
      }
    }
    for prefix in ["一个", "一家", "一款", "一间"] where name.hasPrefix(prefix) { name.removeFirst(prefix.count) }
    return name.trimmed("的，。、！：").cut(24)
  }
}
