/// How much of one text occurs in another: words for English, pairs of characters for Chinese.
enum Likeness {
  private static let common: Set<String> = [
    "the", "and", "with", "that", "this", "has", "have", "for", "are", "its", "own", "each", "can", "from", "must", "should", "shall",
    "page",
    "section", "all", "any", "one", "least", "user", "users", "visitor", "visitors", "when", "shows", "show",
  ]

  /// The share, 0 to 1, of the first text's tokens that the second has too; 0 when their numbers differ, for then they ask for different things.
  static func share(of text: String, in other: String) -> Double {
    guard numbers(text) == numbers(other) else { return 0 }
    let wanted = tokens(text)
    guard !wanted.isEmpty else { return 0 }
    return Double(wanted.intersection(tokens(other)).count) / Double(wanted.count)
  }

  private static func tokens(_ text: String) -> Set<String> {
    guard Language.of(text) == .chinese else {
      return Set(text.words.filter { $0.count > 2 && !common.contains($0) }.map(stem))
    }
    let characters = text.filter { $0.unicodeScalars.allSatisfy(Language.isHan) }.map(String.init)
    return Set(zip(characters, characters.dropFirst()).map { $0 + $1 })
  }

  private static func stem(_ word: String) -> String {
    word.count > 4 && word.hasSuffix("s") ? String(word.dropLast()) : word
  }

  private static let numerals: [String: String] = [
    "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9", "ten": "10", "twenty": "20",
  ]
  private static let chineseNumerals: [Character: String] = [
    "两": "2", "三": "3", "四": "4", "五": "5", "六": "6", "七": "7", "八": "8", "九": "9", "十": "10",
  ]

  private static func numbers(_ text: String) -> Set<String> {
    let spelled = text.words.compactMap { word in numerals[word] ?? (word.allSatisfy(\.isNumber) && word != "1" ? word : nil) }
    return Set(spelled + text.compactMap { chineseNumerals[$0] })
  }
}
