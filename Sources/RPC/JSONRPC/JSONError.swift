/// Why a text is not one JSON value.
public struct JSONError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What is wrong; the raw value is what a person reads.
  public enum Reason: String, Sendable {
    /// A byte that cannot stand here, such as a comma before a closing bracket.
    case unexpectedByte = "unexpected character"
    /// The text ends inside the value, or is empty.
    case unexpectedEnd = "unexpected end"
    /// More than white space stands behind the value.
    case trailingBytes = "characters after the value"
    /// A number against the grammar: a leading zero, no digit behind the point or the `e`.
    case badNumber = "malformed number"
    /// An unknown escape, or half of a surrogate pair.
    case badEscape = "malformed escape"
    /// A byte below U+0020 in a string, which must be escaped.
    case controlCharacter = "control character in a string"
    /// Bytes of a string that are no UTF-8, also overlong forms and surrogates.
    case badUTF8 = "invalid UTF-8"
    /// Arrays and objects nest deeper than the limit.
    case tooDeep = "nested too deeply"
  }

  /// What is wrong.
  public let reason: Reason
  /// Where, in bytes from the start.
  public let offset: Int

  /// - Parameters:
  ///   - reason: what is wrong.
  ///   - offset: where, in bytes from the start.
  public init(_ reason: Reason, at offset: Int) {
    self.reason = reason
    self.offset = offset
  }

  /// One line: what is wrong, and at which byte.
  public var description: String { "\(reason.rawValue) at byte \(offset)" }
}
