/// The page around the parts: head, stylesheet, navigation, and a slot for each requirement.
struct PageShell: Sendable {
  let title: String
  let tagline: String
  let language: Language
  /// All requirements of the page, in order.
  let ids: [String]

  /// The page's lines. What `current` has in a slot of the same id is kept; slots of ids that are gone are dropped.
  func lines(keeping current: [String]) -> [String] {
    HTML.lines(
      head, ["<header><h1>\(HTML.escape(title))</h1><p>\(HTML.escape(tagline))</p></header>"],
      ["<nav aria-label=\"\(language == .english ? "Sections" : "导航")\"><ul>"],
      ids.flatMap { slot(.navigation, $0, current) }, ["</ul></nav>", "<main id=\"main\">"],
      ids.flatMap { slot(.section, $0, current) }, ["</main>"], foot)
  }

  private func slot(_ kind: Slots.Kind, _ id: String, _ current: [String]) -> [String] {
    HTML.lines([Slots.begin(kind, id)], Slots.content(kind, id, in: current) ?? [], [Slots.end(kind, id), ""])
  }

  private var head: [String] {
    HTML.lines(
      [
        "<!DOCTYPE html>", "<html lang=\"\(language == .english ? "en" : "zh-CN")\">", "<head>", "<meta charset=\"utf-8\">",
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">", "<title>\(HTML.escape(title))</title>", "<style>",
      ], PageShell.stylesheet,
      [
        "</style>", "</head>", "<body>", "<a class=\"skip\" href=\"#main\">\(language == .english ? "Skip to content" : "跳到内容")</a>",
      ])
  }

  private var foot: [String] {
    HTML.lines(["<footer><p>\(HTML.escape(title))</p></footer>"], PageShell.script, ["</body>", "</html>"])
  }

  static let stylesheet = """
    :root { --ink: #26221f; --paper: #fffdf9; --soft: #f3ece2; --accent: #9a3b1f; }
    :root.dark { --ink: #f1ece6; --paper: #1d1a18; --soft: #2c2724; --accent: #ffb59c; }
    * { box-sizing: border-box; }
    body { margin: 0; font: 1.05rem/1.6 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
    header, nav, main, footer { max-width: 62rem; margin: 0 auto; padding: 1rem; }
    header h1 { font-size: clamp(2rem, 6vw, 3.5rem); line-height: 1.1; margin: 1rem 0 0.3rem; }
    nav { position: sticky; top: 0; background: var(--paper); border-bottom: 1px solid var(--soft); }
    nav ul { display: flex; flex-wrap: wrap; gap: 0.3rem 1.2rem; list-style: none; margin: 0; padding: 0; }
    a, .price { color: var(--accent); }
    a:focus-visible, button:focus-visible, input:focus-visible, textarea:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
    section { padding: 1.5rem 0; border-bottom: 1px solid var(--soft); scroll-margin-top: 3.5rem; }
    .card { background: var(--soft); border-radius: 0.6rem; padding: 1rem; }
    .grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(12rem, 1fr)); gap: 1rem; }
    figure { margin: 0; } figure svg, .map { width: 100%; border-radius: 0.6rem; }
    table { border-collapse: collapse; } th, td { text-align: left; padding: 0.35rem 1.5rem 0.35rem 0; border-bottom: 1px solid var(--soft); }
    tr.today { font-weight: bold; color: var(--accent); }
    .prices, .list { list-style: none; padding: 0; max-width: 32rem; }
    .prices li { display: flex; justify-content: space-between; border-bottom: 1px dotted; padding: 0.3rem 0; }
    form label { display: block; font-weight: 600; margin-top: 0.6rem; } .row label { display: inline-block; margin-right: 0.4rem; }
    input, textarea, select { font: inherit; padding: 0.5rem; border: 1px solid var(--ink); border-radius: 0.4rem; max-width: 100%; }
    form.card input, form.card textarea { width: 100%; } form.row input, .row input { width: auto; } input[type=checkbox] { width: auto; }
    button, .button { font: inherit; display: inline-block; margin-top: 0.6rem; padding: 0.5rem 1.1rem; border: 0; border-radius: 0.4rem; background: var(--accent); color: var(--paper); text-decoration: none; cursor: pointer; }
    blockquote { margin: 0 0 1rem; padding-left: 1rem; border-left: 4px solid var(--accent); } .stars { color: var(--accent); }
    .skip { position: absolute; left: -999px; } .skip:focus { left: 1rem; top: 0.5rem; background: var(--paper); z-index: 1; }
    @media (max-width: 30rem) { nav { position: static; } th, td { padding-right: 0.8rem; } }
    @media print { nav, form, button { display: none; } }
    """.split(separator: "\n").map(String.init)

  /// Checks every form before it says that it is complete.
  static let script = """
    <script>
    document.querySelectorAll('form[data-validate]').forEach(form => form.addEventListener('submit', event => {
      event.preventDefault();
      const wrong = form.querySelector(':invalid'), status = form.querySelector('[role=status]');
      form.querySelectorAll('[aria-invalid]').forEach(field => field.removeAttribute('aria-invalid'));
      if (wrong) { wrong.setAttribute('aria-invalid', 'true'); wrong.focus(); status.textContent = form.dataset.invalid; return; }
      status.textContent = form.dataset.valid;
      form.reset();
    }));
    </script>
    """.split(separator: "\n").map(String.init)
}
