/// One fact about the delivered page that a shell command can test.
enum PageTest: Sendable, Equatable {
  /// The part's section has its heading.
  case heading
  /// The navigation links to the section.
  case linked
  /// The section shows the requirement in the user's words.
  case quoted
  /// The section states this text.
  case states(String)
  /// The section holds this markup on some line.
  case has(String)
  /// The section holds this markup on at least so many lines.
  case count(String, Int)
  case pageHas(String)
  /// No line of the page matches this extended expression.
  case pageLacks(String)

  /// The command, of the functions ``CheckScript`` defines.
  func command(for part: Part) -> String {
    switch self {
    case .heading: "has \(Shell.quote("<h2 id=\"\(part.anchor)-title\">\(HTML.escape(part.title))</h2>"))"
    case .linked: "page_has \(Shell.quote("<a href=\"#\(part.anchor)\">"))"
    case .quoted: "has \(Shell.quote(HTML.escape(part.text)))"
    case .states(let text): "has \(Shell.quote("<li data-commitment>\(HTML.escape(text))</li>"))"
    case .has(let text): "has \(Shell.quote(text))"
    case .count(let text, let minimum): "count \(Shell.quote(text)) \(minimum)"
    case .pageHas(let text): "page_has \(Shell.quote(text))"
    case .pageLacks(let pattern): "page_lacks \(Shell.quote(pattern))"
    }
  }
}

/// Words of a POSIX shell command.
enum Shell {
  /// One word, whatever it holds, on one line.
  static func quote(_ text: String) -> String {
    "'" + text.oneLine.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }
}
