/// Pieces of HTML. Everything that came from outside goes through ``escape(_:)``.
enum HTML {
  /// Safe as text and in a quoted attribute, on one line.
  static func escape(_ text: some StringProtocol) -> String {
    var out = ""
    for character in text.oneLine {
      switch character {
      case "&": out += "&amp;"
      case "<": out += "&lt;"
      case ">": out += "&gt;"
      case "\"": out += "&quot;"
      case "'": out += "&#39;"
      default: out.append(character)
      }
    }
    return out
  }

  /// Groups of lines, one after the other.
  static func lines(_ groups: [String]...) -> [String] { groups.flatMap { $0 } }

  /// A form whose fields the shell's script checks before it says ``Form/done``.
  static func form(_ form: Form) -> [String] {
    let invalid = form.language == .english ? "Please fill in the marked field." : "请填写标出的内容。"
    return lines(
      ["  <form class=\"card\" data-validate data-valid=\"\(escape(form.done))\" data-invalid=\"\(invalid)\" novalidate>"],
      form.fields.flatMap { field(form, $0) },
      ["    <button type=\"submit\">\(escape(form.button))</button>", "    <p class=\"status\" role=\"status\"></p>", "  </form>"])
  }

  private static func field(_ form: Form, _ field: Form.Field) -> [String] {
    let id = "\(form.id)-\(field.name)"
    let common = "id=\"\(id)\" name=\"\(field.name)\" required"
    let control =
      switch field.type {
      case "textarea": "<textarea \(common) rows=\"4\" minlength=\"10\"></textarea>"
      case "password": "<input \(common) type=\"password\" minlength=\"8\" autocomplete=\"current-password\">"
      case "number": "<input \(common) type=\"number\" min=\"1\" max=\"20\" value=\"2\">"
      default: "<input \(common) type=\"\(field.type)\">"
      }
    return ["    <label for=\"\(id)\">\(escape(field.label))</label>", "    \(control)"]
  }
}

/// What a form asks for.
struct Form {
  struct Field {
    let name: String
    let type: String
    let label: String
  }

  let id: String
  let language: Language
  let fields: [Field]
  let button: String
  /// What the visitor reads once every field is right.
  let done: String
}
