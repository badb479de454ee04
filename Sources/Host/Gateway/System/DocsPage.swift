import Catalogue
import PluginProtocol

/// The routes of the catalogue to read: one page, nothing loaded from elsewhere.
struct DocsPage {
  private let snapshot: CatalogueSnapshot

  init(_ snapshot: CatalogueSnapshot) { self.snapshot = snapshot }

  var html: String {
    let rows = snapshot.table.all.map { route in
      """
      <tr><td>\(HTMLText.escaped(route.method))</td><td><code>\(HTMLText.escaped(route.pattern.text))</code></td>\
      <td>\(route.permission.rawValue)</td><td>\(HTMLText.escaped(summary(route)))</td></tr>
      """
    }
    return """
      <!doctype html>
      <html lang="en">
      <head><meta charset="utf-8"><title>HiveCore interface</title>
      <style>body{font-family:sans-serif;margin:2em}td,th{padding:.2em .8em;text-align:left;border-bottom:1px solid #ccc}</style></head>
      <body>
      <h1>HiveCore interface</h1>
      <p>For programs: <a href="/api/schema/">OpenAPI 3.1</a>. Credentials: <code>Authorization: Bearer …</code> or <code>X-API-Key: hc_…</code>.</p>
      <table>
      <thead><tr><th>Method</th><th>Path</th><th>Permission</th><th></th></tr></thead>
      <tbody>
      \(rows.joined(separator: "\n"))
      </tbody>
      </table>
      </body>
      </html>

      """
  }

  private func summary(_ route: MountedRoute) -> String {
    if !route.summary.isEmpty { return route.summary }
    guard case .collection(let target) = route.target, let action = target.action else { return "" }
    return "\(action.rawValue) \(snapshot.collection(target.collection)?.model ?? target.collection)"
  }
}
