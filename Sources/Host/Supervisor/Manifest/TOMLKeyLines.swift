/// Finds the line of each key in a TOML text, for messages: the parser has already judged the grammar.
struct TOMLKeyLines: Sendable {
  private var lines: [[String]: Int] = [:]

  init(_ text: String) {
    var table: [String] = []
    var openText: String?
    var depth = 0
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      if let quotes = openText {
        if line.contains(quotes) { openText = nil }
        continue
      }
      let trimmed = line.drop { $0 == " " || $0 == "\t" }
      if depth == 0, trimmed.first == "[" {
        table = Self.path(trimmed.drop { $0 == "[" }.prefix { $0 != "]" })
        note(table, index + 1)
        continue
      }
      if depth == 0, trimmed.first != "#", let equals = trimmed.firstIndex(of: "=") {
        note(table + Self.path(trimmed[..<equals]), index + 1)
      }
      openText = Self.unclosedQuotes(line)
      depth = max(0, depth + Self.bracketBalance(line))
    }
  }

  subscript(path: [String]) -> Int? { lines[path] }

  private mutating func note(_ path: [String], _ line: Int) {
    if lines[path] == nil { lines[path] = line }
  }

  /// `a."b c".d` as its parts; a dot within quotes does not divide.
  private static func path(_ text: Substring) -> [String] {
    var parts = [""]
    var quote: Character?
    for character in text {
      switch character {
      case "\"", "'":
        if quote == nil { quote = character } else if quote == character { quote = nil } else { parts[parts.count - 1].append(character) }
      case "." where quote == nil: parts.append("")
      case " " where quote == nil, "\t" where quote == nil, "\r": break
      default: parts[parts.count - 1].append(character)
      }
    }
    return parts
  }

  /// The three quotes of a text that goes on past this line.
  private static func unclosedQuotes(_ line: Substring) -> String? {
    for quotes in ["\"\"\"", "'''"] {
      let count = line.indices.count { line[$0...].hasPrefix(quotes) }
      if count % 2 == 1 { return quotes }
    }
    return nil
  }

  /// How many brackets of arrays and inline tables stay open, quoted text and comments left out.
  private static func bracketBalance(_ line: Substring) -> Int {
    var balance = 0
    var quote: Character?
    for character in line {
      if let open = quote {
        if character == open { quote = nil }
        continue
      }
      switch character {
      case "#": return balance
      case "\"", "'": quote = character
      case "[", "{": balance += 1
      case "]", "}": balance -= 1
      default: break
      }
    }
    return balance
  }
}
