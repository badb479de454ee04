import Catalogue
import JSONRPC
import PluginProtocol

/// The interface to read: one page made of the same document programs get, nothing loaded from elsewhere, no script.
struct DocsPage {
  private let document: JSON

  init(_ snapshot: CatalogueSnapshot, version: String) { document = OpenAPIDocument(snapshot, version: version).json }

  private var operations: [(tag: String, method: String, path: String, operation: JSON)] {
    (document["paths"].object?.members ?? []).flatMap { path, item in
      (item.object?.members ?? []).map { method, operation in
        (operation["tags"][0].string ?? "", method.uppercased(), path, operation)
      }
    }
  }

  var html: String {
    let tags = Dictionary(grouping: operations, by: \.tag).sorted { $0.key < $1.key }
    let contents = tags.map { "<li><a href=\"#\(HTMLText.escaped($0.key))\">\(HTMLText.escaped($0.key))</a></li>" }
    let sections = tags.map { tag, operations in
      "<section id=\"\(HTMLText.escaped(tag))\"><h2>\(HTMLText.escaped(tag))</h2>\n"
        + operations.map { entry($0.method, $0.path, $0.operation) }.joined(separator: "\n") + "</section>"
    }
    return """
      <!doctype html>
      <html lang="en">
      <head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>HiveCore interface</title>
      <style>\(DocsPage.style)</style></head>
      <body>
      <h1>HiveCore interface</h1>
      <p>Version \(HTMLText.escaped(document["info"]["version"].string ?? "")). What this host serves now, from the plugins that are
      switched on. For programs: <a href="/api/schema/">OpenAPI 3.1</a>. Credentials: <code>Authorization: Bearer …</code> or
      <code>X-API-Key: hc_…</code>.</p>
      <nav><ul>\(contents.joined())</ul></nav>
      \(sections.joined(separator: "\n"))
      <section id="schemas"><h2>Schemas</h2>
      \(schemas)</section>
      </body>
      </html>

      """
  }

  private static let style = """
    body{font-family:sans-serif;margin:2em auto;max-width:64em;padding:0 1em;line-height:1.4;color:#222;background:#fff}\
    nav ul{columns:4;list-style:none;padding:0}details{border-bottom:1px solid #bbb;padding:.3em 0}summary{cursor:pointer}\
    .method{display:inline-block;width:5em;font-weight:bold}.text{color:#444}td,th{padding:.1em .8em .1em 0;text-align:left;\
    vertical-align:top}a{color:#04518f}
    """

  private func entry(_ method: String, _ path: String, _ operation: JSON) -> String {
    let parameters = (operation["parameters"].array ?? []).map { parameter in
      row([
        code(parameter["name"].string ?? ""), parameter["in"].string ?? "", words(parameter["schema"]),
        (parameter["required"] == true ? "required. " : "") + HTMLText.escaped(parameter["description"].string ?? ""),
      ])
    }
    let body = operation["requestBody"]["content"]["application/json"]["schema"]
    let answers = (operation["responses"].object?.members ?? []).map { status, response in
      let content = response["content"].object?.members.first?.value["schema"]
      return row([code(status), HTMLText.escaped(response["description"].string ?? ""), content.map(words) ?? ""])
    }
    return """
      <details><summary><span class="method">\(method)</span> \(code(path))
      <span class="text">\(HTMLText.escaped(operation["summary"].string ?? ""))</span></summary>
      <p>Permission: \(HTMLText.escaped(operation["x-permission"].string ?? "")).</p>
      \(table("Parameters", parameters))\(body.isNull ? "" : "<p>Body: \(words(body)).</p>")
      \(table("Answers", answers))</details>
      """
  }

  private var schemas: String {
    (document["components"]["schemas"].object?.members ?? []).sorted { $0.name < $1.name }.map { name, schema in
      let required = Set((schema["required"].array ?? []).compactMap(\.string))
      let rows = (schema["properties"].object?.members ?? []).map { member, type in
        row([code(member), words(type), required.contains(member) ? "required" : ""])
      }
      let text = rows.isEmpty ? "<p>\(words(schema))</p>" : table("Members", rows)
      let id = HTMLText.escaped(name)
      return "<details id=\"schema-\(id)\"><summary>\(code(name))</summary>\(text)</details>"
    }.joined(separator: "\n")
  }

  private func table(_ title: String, _ rows: [String]) -> String {
    rows.isEmpty ? "" : "<table><caption>\(title)</caption><tbody>\(rows.joined())</tbody></table>"
  }

  private func row(_ cells: [String]) -> String { "<tr>" + cells.map { "<td>\($0)</td>" }.joined() + "</tr>" }

  private func code(_ text: String) -> String { "<code>\(HTMLText.escaped(text))</code>" }

  /// A schema in words, names of others as links.
  private func words(_ schema: JSON) -> String {
    if let reference = schema["$ref"].string {
      let name = HTMLText.escaped(String(reference.split(separator: "/").last ?? ""))
      return "<a href=\"#schema-\(name)\">\(name)</a>"
    }
    if let either = schema["anyOf"].array { return either.map(words).joined(separator: " or ") }
    if let choices = schema["enum"].array { return choices.map { code($0.string ?? $0.text) }.joined(separator: " ") }
    if schema["const"] != JSON.null { return code(schema["const"].string ?? schema["const"].text) }
    let types = schema["type"].array.map { $0.compactMap(\.string) } ?? [schema["type"].string ?? "anything"]
    var text = types.joined(separator: " or ")
    if let format = schema["format"].string { text += " (\(HTMLText.escaped(format)))" }
    if let limit = schema["maxLength"].int { text += ", at most \(limit) characters" }
    if schema["items"] != JSON.null { text += " of " + words(schema["items"]) }
    if let members = schema["properties"].object, !members.isEmpty {
      text = "{" + members.members.map { "\(code($0.name)): \(words($0.value))" }.joined(separator: ", ") + "}"
    }
    return text
  }
}
