/// One fenced block of Markdown: three backticks, a language, the body, three backticks at the start of a line.
public struct ModelFence: Sendable, Equatable {
  /// The word after the opening backticks, lower-case; empty when there is none.
  public let language: String
  /// The text inside, without the fence's lines.
  public let body: String
  /// Where the opening backticks begin, and where the text goes on after the closing ones.
  public let range: Range<String.Index>

  /// All fences of `text`, in order; one that is never closed goes to the end.
  public static func all(in text: String) -> [ModelFence] {
    var fences: [ModelFence] = []
    var opening: (start: String.Index, bodyStart: String.Index, language: String)?
    var lineStart = text.startIndex
    while lineStart < text.endIndex {
      let lineEnd = text[lineStart...].firstIndex(where: \.isNewline) ?? text.endIndex
      let next = lineEnd < text.endIndex ? text.index(after: lineEnd) : text.endIndex
      let line = text[lineStart..<lineEnd]
      if let (start, language, rest) = marker(line) {
        if let open = opening {
          if language.isEmpty, rest == lineEnd {
            fences.append(ModelFence(language: open.language, body: String(text[open.bodyStart..<lineStart]), range: open.start..<next))
            opening = nil
          }
        } else {
          opening = (start, rest < lineEnd ? rest : next, language)
        }
      }
      lineStart = next
    }
    if let open = opening {
      let body = text[open.bodyStart...]
      let trimmed = body.hasSuffix("```") ? body.dropLast(3) : body
      fences.append(ModelFence(language: open.language, body: String(trimmed), range: open.start..<text.endIndex))
    }
    return fences
  }

  /// A line of backticks: where they begin, the language, and where what follows it begins.
  private static func marker(_ line: Substring) -> (start: String.Index, language: String, rest: String.Index)? {
    let text = line.drop { $0 == " " || $0 == "\t" }
    guard text.hasPrefix("```") else { return nil }
    let after = text.dropFirst(3).drop { $0 == "`" || $0 == " " }
    let language = after.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" || $0 == "+" }
    let rest = after[language.endIndex...].drop { $0 == " " }
    return (text.startIndex, language.lowercased(), rest.startIndex)
  }
}
