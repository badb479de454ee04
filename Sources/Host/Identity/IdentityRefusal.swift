import JSONRPC

/// The answers to bad credentials, to the byte (contract http.md, section 2.1).
enum IdentityRefusal {
  static let malformedHeader = refusal(
    "Authorization header must contain two space-delimited values", code: "bad_authorization_header")
  static let noUserClaim = refusal("Token contained no recognizable user identification", code: "token_not_valid")
  static let userNotFound = refusal("User not found", code: "user_not_found")
  static let userInactive = refusal("User is inactive", code: "user_inactive")
  static let keyFormat = refusal("Invalid API key format")
  static let keyUnknown = refusal("Invalid API key")
  static let login = refusal("No active account found with the given credentials", realm: true)

  static let tenantInactive = RPCError.application(
    "tenant_inactive", status: 403, "Tenant is inactive.", body: ["detail": "Tenant is inactive.", "code": "tenant_inactive"])
  static let forbidden = RPCError.application(
    "forbidden", status: 403, "forbidden", body: ["detail": "You do not have permission to perform this action."])

  /// A bad access token.
  static func access(_ fault: TokenFault) -> RPCError {
    let message: JSON = ["token_class": "AccessToken", "token_type": "access", "message": .string(fault.rawValue)]
    return .application(
      "token_not_valid", status: 401, fault.rawValue,
      body: ["detail": "Given token not valid for any token type", "code": "token_not_valid", "messages": [message]])
  }

  /// A bad refresh token.
  static func refresh(_ fault: TokenFault) -> RPCError {
    refusal(fault.rawValue, code: "token_not_valid", realm: true)
  }

  static func throttled(retryAfter seconds: Int) -> RPCError {
    .application(
      "throttled", status: 429, "too many failed logins",
      body: ["detail": "Too many failed logins. Try again later.", "code": "throttled"],
      more: ["headers": ["Retry-After": .string("\(seconds)")]])
  }

  /// A field error, as a body that is not valid gets it.
  static func invalid(_ field: String, _ message: String) -> RPCError {
    .application("invalid", status: 400, "\(field): \(message)", body: [field: [.string(message)]])
  }

  static func conflict(_ code: String, _ error: String) -> RPCError {
    .application(code, status: 409, error, body: ["error": .string(error), "code": .string(code)])
  }

  static func notFound(_ error: String) -> RPCError { .application("not_found", status: 404, error, body: ["error": .string(error)]) }

  private static func refusal(_ detail: String, code: String? = nil, realm: Bool = false) -> RPCError {
    var body: JSONObject = ["detail": .string(detail)]
    if let code { body["code"] = .string(code) }
    let more: JSONObject = realm ? ["headers": ["WWW-Authenticate": "Bearer realm=\"api\""]] : [:]
    return .application(code ?? "unauthorized", status: 401, detail, body: .object(body), more: more)
  }
}

/// What is wrong with a token, in the words of the answer.
enum TokenFault: String, Error {
  case invalid = "Token is invalid"
  case expired = "Token is expired"
  case wrongType = "Token has wrong type"
  case noType = "Token has no type"
  case noID = "Token has no id"
}
