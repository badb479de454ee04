/// The two languages the offline model reads and writes.
enum Language: String, Sendable {
  case english = "en"
  case chinese = "zh"

  /// Chinese as soon as a text holds Chinese characters: product names in Latin letters occur in Chinese texts, hardly the reverse.
  static func of(_ text: String) -> Language {
    text.unicodeScalars.contains(where: isHan) ? .chinese : .english
  }

  static func isHan(_ scalar: Unicode.Scalar) -> Bool {
    (0x3400...0x9FFF).contains(scalar.value) || (0x20000...0x2FFFF).contains(scalar.value)
  }
}

/// A text in both languages.
struct Localized: Sendable {
  let english: String
  let chinese: String

  init(_ english: String, _ chinese: String) {
    self.english = english
    self.chinese = chinese
  }

  func callAsFunction(_ language: Language) -> String { language == .english ? english : chinese }
}
