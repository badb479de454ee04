import JSONRPC
import PluginProtocol

extension FieldCoercion {
  /// Text, choices and URLs. Lengths count code points.
  static func text(_ value: JSON, _ field: FieldSpec) throws(InvalidValue) -> String {
    if !field.choices.isEmpty { return try choice(value, field) }
    let text: String
    switch value {
    case .string(let string): text = string.trimmed
    case .number(let number): text = number.literal
    default: throw InvalidValue(Messages.string)
    }
    if text.isEmpty {
      guard field.isBlankAllowed ?? !field.isRequired else { throw InvalidValue(Messages.blank) }
      return text
    }
    var messages: [String] = []
    if let limit = field.maxLength, text.unicodeScalars.count > limit { messages.append(Messages.maxLength(limit)) }
    if text.unicodeScalars.contains("\0") { messages.append(Messages.nullCharacters) }
    switch field.format {
    case .url where !URLText.isValid(text): messages.append(Messages.url)
    case .segment where text.contains("/"): messages.append(Messages.slash)
    default: break
    }
    guard messages.isEmpty else { throw InvalidValue(all: messages) }
    return text
  }

  private static func choice(_ value: JSON, _ field: FieldSpec) throws(InvalidValue) -> String {
    let text: String =
      switch value {
      case .string(let string): string
      case .bool(let flag): flag ? "True" : "False"
      default: value.text
      }
    if text.isEmpty, field.isBlankAllowed == true { return text }
    guard field.choices.contains(text) else { throw InvalidValue(Messages.choice(text)) }
    return text
  }
}

extension String {
  /// Without white space (Unicode's and the separators U+001C…1F) at both ends.
  package var trimmed: String {
    let isSpace: (Unicode.Scalar) -> Bool = { $0.properties.isWhitespace || (0x1C...0x1F).contains($0.value) }
    guard let first = unicodeScalars.firstIndex(where: { !isSpace($0) }) else { return "" }
    guard let last = unicodeScalars.lastIndex(where: { !isSpace($0) }) else { return "" }
    return first == unicodeScalars.startIndex && unicodeScalars.index(after: last) == unicodeScalars.endIndex
      ? self : String(unicodeScalars[first...last])
  }
}

extension JSON {
  /// Whether a string anywhere in it, also a member's name, holds U+0000, which PostgreSQL cannot store.
  package var holdsNullCharacter: Bool {
    switch self {
    case .string(let text): text.unicodeScalars.contains("\0")
    case .array(let items): items.contains(where: \.holdsNullCharacter)
    case .object(let object): object.members.contains { $0.name.unicodeScalars.contains("\0") || $0.value.holdsNullCharacter }
    default: false
    }
  }
}
