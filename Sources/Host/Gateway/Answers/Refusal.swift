import Catalogue
import HTTPTypes
import JSONRPC

/// An answer that says no: status, body and headers (contract http.md, section 3).
struct Refusal: Error, Sendable {
  let status: HTTPResponse.Status
  let body: JSON
  var headers: HTTPFields = [:]

  init(_ status: HTTPResponse.Status, _ body: JSON) {
    self.status = status
    self.body = body
  }

  /// Whether the body is what is wrong: the row of the path is looked for first then.
  var isOfBody: Bool { status == .badRequest || status == .unsupportedMediaType }

  static let notFound = Refusal(.notFound, ["detail": "Not found."])
  static let invalidPage = Refusal(.notFound, ["detail": "Invalid page."])
  static let forbidden = Refusal(.forbidden, ["detail": "You do not have permission to perform this action."])
  static let noTenant = Refusal(.forbidden, ["detail": "No tenant associated with this user.", "code": "no_tenant"])
  static let internalError = Refusal(.internalServerError, ["detail": "Internal server error.", "code": "internal_error"])
  static let notAuthenticated = Refusal(.unauthorized, ["detail": "Authentication credentials were not provided."])

  static let ingestNotAuthenticated = Refusal(.unauthorized, ["error": "Invalid or missing API key"])

  static let accessDenied = Refusal(.forbidden, ["error": "Access denied"])

  /// A row that is missing or another tenant's: no difference can be seen.
  static func noRow(_ model: String) -> Refusal { Refusal(.notFound, ["detail": .string(Messages.noMatch(model))]) }

  static func invalid(_ errors: FieldErrors) -> Refusal { Refusal(.badRequest, .object(errors.json)) }

  static func methodNotAllowed(_ method: String, allow: String) -> Refusal {
    var refusal = Refusal(.methodNotAllowed, ["detail": .string("Method \"\(method)\" not allowed.")])
    refusal.headers[.allow] = allow
    return refusal
  }

  static func bodyTooLarge(limit: Int) -> Refusal {
    Refusal(.contentTooLarge, ["detail": .string("The body is larger than \(limit) bytes."), "code": "body_too_large"])
  }

  /// The body is within the limit, but as a message it does not fit into a frame.
  static let messageTooLarge = Refusal(.contentTooLarge, ["detail": "The body is too large to be passed on.", "code": "body_too_large"])

  /// The rows do not fit into one message of the plugin that has them.
  static let answerTooLarge = Refusal(
    .badRequest, ["detail": "The answer is too large for one message: ask for fewer rows with page_size.", "code": "answer_too_large"])

  static func unsupportedMediaType(_ type: String) -> Refusal {
    Refusal(.unsupportedMediaType, ["detail": .string("Unsupported media type \"\(type)\" in request.")])
  }

  static func malformedJSON(_ error: JSONError) -> Refusal {
    Refusal(.badRequest, ["detail": .string("JSON parse error - \(error)")])
  }

  /// Something the request needs is not there now; the client may come again.
  static func unavailable(_ code: String, retryAfter seconds: Int) -> Refusal {
    var refusal = Refusal(.serviceUnavailable, ["error": "The service is temporarily unavailable.", "code": .string(code)])
    refusal.headers[.retryAfter] = "\(max(1, seconds))"
    return refusal
  }
}

extension Refusal {
  /// What a failed call means to the HTTP client.
  init(_ error: RPCError) {
    switch error.code {
    case .application where error.applicationCode == "no_reference":
      let value = error.data["value"]
      self = .invalid(FieldErrors(error.data["field"].string ?? "", Messages.noRow(value.string ?? value.text)))
    case .application: self.init(application: error)
    case .unavailable: self = .unavailable("unavailable", retryAfter: Refusal.seconds(error))
    case .pluginDied: self = .unavailable("plugin_died", retryAfter: Refusal.seconds(error))
    case .deadline: self = .unavailable("deadline", retryAfter: Refusal.seconds(error))
    case .cancelled: self = .unavailable("cancelled", retryAfter: Refusal.seconds(error))
    case .overloaded: self = .unavailable("overloaded", retryAfter: Refusal.seconds(error))
    case .circuitOpen: self = .unavailable("circuit_open", retryAfter: Refusal.seconds(error))
    case .frameTooLarge where error.data["delivered"] == "no": self = .messageTooLarge
    case .frameTooLarge: self = .answerTooLarge
    case .draining: self = .unavailable("draining", retryAfter: Refusal.seconds(error))
    default: self = .internalError
    }
  }

  private init(application error: RPCError) {
    let status = error.data["status"].int.flatMap { Int(exactly: $0) } ?? 500
    guard (400...599).contains(status) else {
      self = .internalError
      return
    }
    let code = error.applicationCode ?? "error"
    let body = error.data["body"]
    self.init(.init(code: status), body.isNull ? ["error": .string(error.message), "code": .string(code)] : body)
    headers = AnswerHeaders.fields(error.data["headers"])
    if let milliseconds = error.data["retry_after_ms"].int, headers[.retryAfter] == nil {
      headers[.retryAfter] = "\(max(1, (milliseconds + 999) / 1000))"
    }
  }

  private static func seconds(_ error: RPCError) -> Int {
    Int(((error.data["retry_after_ms"].int ?? 1000).clamped(to: 0...3_600_000) + 999) / 1000)
  }
}

extension Int64 {
  fileprivate func clamped(to range: ClosedRange<Int64>) -> Int64 { Swift.min(Swift.max(self, range.lowerBound), range.upperBound) }
}
