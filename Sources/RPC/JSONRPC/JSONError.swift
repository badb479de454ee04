/// Why a text is not one JSON value.
public struct JSONError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What is wrong; the raw value is what a person reads.
  public enum Reason: String, Sendable {
    case unexpectedByte = "unexpected character"
    case unexpectedEnd = "unexpected end"
    case trailingBytes = "characters after the value"
    case badNumber = "malformed number"
    case badEscape = "malformed escape"
    case controlCharacter = "control character in a string"
    case badUTF8 = "invalid UTF-8"
    case tooDeep = "nested too deeply"
  }

  public let reason: Reason
  /// Where, in bytes from the start.
  public let offset: Int

  public init(_ reason: Reason, at offset: Int) {
    self.reason = reason
    self.offset = offset
  }

  public var description: String { "\(reason.rawValue) at byte \(offset)" }
}
