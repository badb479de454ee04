import Catalogue

/// A header value with parameters: `form-data; name="file"; filename="a.txt"` (RFC 9110, section 5.6.6).
struct HeaderParameters: Equatable, Sendable {
  /// What stands before the first semicolon, lower-case.
  let value: String
  private var parameters: [String: String] = [:]

  /// - Returns: nil for what is not of this form, or says a parameter twice.
  init?(_ text: String) {
    var rest = text.unicodeScalars[...]
    value = String(String.UnicodeScalarView(rest.prefix { $0 != ";" })).trimmed.lowercased()
    rest = rest.drop { $0 != ";" }
    while rest.popFirst() != nil {
      let name = String(String.UnicodeScalarView(rest.prefix { $0 != "=" && $0 != ";" })).trimmed.lowercased()
      rest = rest.dropFirst(name.isEmpty ? 0 : rest.prefix { $0 != "=" && $0 != ";" }.count)
      if name.isEmpty, rest.first == ";" || rest.allSatisfy({ $0 == " " }) {
        rest = rest.drop { $0 == " " }
        continue
      }
      guard rest.popFirst() == "=", let text = HeaderParameters.value(&rest), parameters.updateValue(text, forKey: name) == nil else {
        return nil
      }
      rest = rest.drop { $0 == " " || $0 == "\t" }
      guard rest.isEmpty || rest.first == ";" else { return nil }
    }
  }

  subscript(_ name: String) -> String? { parameters[name] }

  /// A token or a quoted text. Only `\"` and `\\` are escapes: browsers send the backslashes of a path as they are.
  private static func value(_ rest: inout Substring.UnicodeScalarView.SubSequence) -> String? {
    rest = rest.drop { $0 == " " || $0 == "\t" }
    var text = String.UnicodeScalarView()
    guard rest.first == "\"" else {
      while let next = rest.first, next != ";", next != " ", next != "\t" {
        text.append(next)
        rest.removeFirst()
      }
      return String(text)
    }
    rest.removeFirst()
    while let next = rest.popFirst() {
      if next == "\"" { return String(text) }
      if next == "\\", let escaped = rest.first, escaped == "\"" || escaped == "\\" {
        text.append(escaped)
        rest.removeFirst()
      } else {
        text.append(next)
      }
    }
    return nil
  }
}
