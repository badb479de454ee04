/// One requirement's part of the page: what a component needs to draw it and a test to find it.
struct Part: Sendable {
  /// The requirement's id, of `A–Z a–z 0–9 . _ -` only: it stands in markers, attributes and file names.
  let id: String
  let title: String
  /// The requirement in the user's words.
  let text: String
  let language: Language
  /// What the whole page is about.
  let subject: Subject
  /// Texts of criteria no component knows: stated in the section.
  var commitments: [String] = []

  /// The id of its element.
  var anchor: String { id.lowercased() }

  /// The script expression that finds it.
  var element: String { "document.getElementById('\(anchor)')" }

  /// An id made safe.
  static func id(_ given: String) -> String {
    let safe = given.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "." || $0 == "_" || $0 == "-") ? $0 : "-" }
    let text = String(String(safe).prefix(60)).trimmed(".-")
    return text.isEmpty || text.lowercased() == "run" ? "REQ-\(text)" : text
  }

  /// The section, one element a line.
  func section(of component: Component) -> [String] {
    var lines = [
      "<section id=\"\(anchor)\" data-requirement=\"\(id)\" data-kind=\"\(component.kind)\" aria-labelledby=\"\(anchor)-title\">",
      "  <h2 id=\"\(anchor)-title\">\(HTML.escape(title))</h2>",
    ]
    if component.kind == Component.generic.kind || Phrases.withoutArticle(text).words != title.words {
      lines.append("  <p class=\"lead\">\(HTML.escape(text))</p>")
    }
    lines += component.body(self)
    if !commitments.isEmpty {
      lines.append("  <ul class=\"commitments\">")
      lines += commitments.map { "    <li data-commitment>\(HTML.escape($0))</li>" }
      lines.append("  </ul>")
    }
    return lines + ["</section>"]
  }

  var navigation: [String] { ["<li><a href=\"#\(anchor)\">\(HTML.escape(title))</a></li>"] }
}
