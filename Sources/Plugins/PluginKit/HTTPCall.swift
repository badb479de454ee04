public import JSONRPC

/// The params of a method that serves an HTTP route (docs/PROTOCOL.md, section 9), and the answers it may give.
public struct HTTPCall: Sendable {
  private let params: JSON

  /// - Parameter params: of the request, whole.
  public init(_ params: JSON) { self.params = params }

  /// The body; empty when none was sent.
  public var body: JSONObject { params["body"].object ?? [:] }

  /// Scheme and host the client used, without a slash at the end.
  public var baseURL: String { params["base_url"].string ?? "" }

  /// A placeholder of the route, already of the right type.
  public func path(_ name: String) -> JSON { params["path"][name] }

  /// A query parameter; nil when absent or empty.
  public func query(_ name: String) -> String? {
    guard let value = params["query"][name].string, !value.isEmpty else { return nil }
    return value
  }

  /// A query parameter that must be an integer.
  ///
  /// - Throws: 400 keyed by the parameter.
  public func intQuery(_ name: String) throws(RPCError) -> Int64? {
    guard let text = query(name) else { return nil }
    guard let value = Int64(text) else { throw HTTPCall.invalid(name, "A valid integer is required.") }
    return value
  }

  /// The file of a route with `upload`; its bytes are the request's ``Request/body``.
  public var file: UploadedFile? { UploadedFile(json: params["file"]) }

  /// A request header the host passes on, in lower case.
  public func header(_ name: String) -> String? { params["headers"][name].string }
}

extension HTTPCall {
  /// The result of the method.
  ///
  /// - Parameters:
  ///   - body: what the client gets.
  ///   - status: nil = the route's own.
  ///   - headers: lower-case names; beside those the host sets.
  public static func reply(_ body: JSON, status: Int? = nil, headers: JSONObject = [:]) -> JSON {
    var object: JSONObject = [:]
    object["status"] = status.map { .int($0) }
    if !headers.isEmpty { object["headers"] = .object(headers) }
    object["body"] = body
    return .object(object)
  }

  /// 404 as for a row that is not there. Source: contract http.md, section 2.4.
  public static func notFound(_ model: String) -> RPCError {
    let text = "No \(model) matches the given query."
    return .application("not_found", status: 404, text, body: ["detail": .string(text)])
  }

  /// 400 keyed by one field (shape 1). Source: contract http.md, section 3.
  public static func invalid(_ field: String, _ message: String) -> RPCError {
    .application("invalid", status: 400, "\(field): \(message)", body: .object([field: [.string(message)]]))
  }

  /// A view error (shape 3) with nothing but its text.
  public static func refused(_ status: Int, _ message: String) -> RPCError {
    .application("refused", status: status, message, body: ["error": .string(message)])
  }
}
