/// A failure as it travels: JSON-RPC's `error` object. The codes are those of docs/PROTOCOL.md, section 2.4.
public struct RPCError: Error, Sendable, Equatable {
  public let code: Code
  /// One line for a person.
  public let message: String
  /// Machine-readable details, null when there are none.
  public let data: JSON

  public init(_ code: Code, _ message: String, data: JSON = .null) {
    self.code = code
    self.message = message
    self.data = data
  }

  /// A number of the table in docs/PROTOCOL.md, section 2.4.
  public struct Code: RawRepresentable, Sendable, Hashable {
    public let rawValue: Int
    public init(rawValue: Int) { self.rawValue = rawValue }

    public static let parse = Code(rawValue: -32700)
    public static let invalidRequest = Code(rawValue: -32600)
    public static let methodNotFound = Code(rawValue: -32601)
    public static let invalidParams = Code(rawValue: -32602)
    public static let `internal` = Code(rawValue: -32603)
    public static let unavailable = Code(rawValue: -31001)
    public static let pluginDied = Code(rawValue: -31002)
    public static let deadline = Code(rawValue: -31003)
    public static let cancelled = Code(rawValue: -31004)
    public static let overloaded = Code(rawValue: -31005)
    public static let denied = Code(rawValue: -31006)
    public static let frameTooLarge = Code(rawValue: -31007)
    public static let version = Code(rawValue: -31008)
    public static let circuitOpen = Code(rawValue: -31009)
    public static let draining = Code(rawValue: -31010)
    public static let application = Code(rawValue: -31100)
  }
}

extension RPCError {
  /// A defined failure of a method: `code` for programs, `status` for HTTP, `body` for the HTTP client (default: shape 3 of the contract).
  public static func application(_ code: String, status: Int, _ message: String, body: JSON? = nil, more: JSONObject = [:]) -> RPCError {
    var data = JSONObject([("code", .string(code)), ("status", .int(status))])
    data["body"] = body ?? .object(["error": .string(message), "code": .string(code)])
    return RPCError(.application, message, data: .object(data.merging(more)))
  }

  /// The `code` of an application error, or nil.
  public var applicationCode: String? { code == .application ? data["code"].string : nil }

  /// As it travels.
  public var json: JSON {
    var object: JSONObject = ["code": .int(code.rawValue), "message": .string(message)]
    if !data.isNull { object["data"] = data }
    return .object(object)
  }

  /// Reads an `error` member; what is malformed becomes an ``Code/internal`` error that says so.
  public init(json: JSON) {
    guard let code = json["code"].int, let message = json["message"].string else {
      self.init(.internal, "malformed error object", data: json)
      return
    }
    self.init(Code(rawValue: Int(code)), message, data: json["data"])
  }
}
