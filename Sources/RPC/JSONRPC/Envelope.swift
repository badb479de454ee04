/// What one frame is and where its parts lie; the bytes themselves stay where they are.
///
/// Source: docs/PROTOCOL.md, section 2.2.
public struct Envelope: Sendable, Equatable {
  /// What a message is.
  public enum Kind: Sendable, Equatable {
    /// Wants one response under its id, 1 to ``EnvelopeScanner/idLimit``.
    case request(id: Int64)
    /// A method without id: nobody answers.
    case notification
    /// The response of a request that succeeded.
    case result(id: Int64)
    /// The response of a request that failed.
    case error(id: Int64)
  }

  /// What the message is, with its id where it has one.
  public let kind: Kind
  /// The method's name as text; empty in a response.
  public let method: String
  /// `params`, `result` or `error`; nil when `params` is absent, which means `{}`.
  public let body: Range<Int>?
  /// `meta`, which only requests and notifications have.
  public let meta: Range<Int>?
}

/// Why a frame is not a message; the connection ends.
public enum EnvelopeError: Error, Sendable, Equatable, CustomStringConvertible {
  /// No JSON (RFC 8259) in UTF-8, or nested deeper than 64 levels.
  case malformed(JSONError)
  /// JSON, but a list or a scalar.
  case notAnObject
  /// A member that JSON-RPC and this protocol do not know, by its place.
  case unknownMember(at: Int)
  /// A member that the envelope knows, twice.
  case duplicateMember(String)
  /// A member whose value cannot be, and what it must be.
  case badMember(String, mustBe: String)
  /// Members that together are no request, notification or response.
  case mismatched

  /// One line for the log and the peer's author.
  public var description: String {
    switch self {
    case .malformed(let error): "malformed JSON: \(error)"
    case .notAnObject: "a frame must hold one JSON object"
    case .unknownMember(let offset): "unknown member at byte \(offset)"
    case .duplicateMember(let name): "member \(name) occurs twice"
    case .badMember(let name, let mustBe): "\(name) must be \(mustBe)"
    case .mismatched: "members make neither a request nor a notification nor a response"
    }
  }
}
