/// What `/` shows without a console: where to go on.
enum FrontPage {
  static func html(_ version: String) -> String {
    """
    <!doctype html>
    <html lang="en">
    <head><meta charset="utf-8"><title>HiveCore</title></head>
    <body>
    <h1>HiveCore \(HTMLText.escaped(version))</h1>
    <p>The interface is described at <a href="/api/docs/">/api/docs/</a> and, for programs, at <a href="/api/schema/">/api/schema/</a>.</p>
    </body>
    </html>

    """
  }
}

/// Text within HTML.
enum HTMLText {
  static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;").replacing("\"", with: "&quot;")
  }
}
