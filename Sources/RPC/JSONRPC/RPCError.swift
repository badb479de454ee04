/// A failure as it travels: JSON-RPC's `error` object. The codes are those of docs/PROTOCOL.md, section 2.4.
public struct RPCError: Error, Sendable, Equatable {
  /// What programs tell errors apart by, together with ``applicationCode``.
  public let code: Code
  /// One line for a person.
  public let message: String
  /// Machine-readable details, null when there are none.
  public let data: JSON

  /// - Parameters:
  ///   - code: what programs tell it apart by.
  ///   - message: one line for a person, without secrets: it may reach clients.
  ///   - data: machine-readable details; null = none.
  public init(_ code: Code, _ message: String, data: JSON = .null) {
    self.code = code
    self.message = message
    self.data = data
  }

  /// A number of the table in docs/PROTOCOL.md, section 2.4.
  public struct Code: RawRepresentable, Sendable, Hashable {
    /// The number on the wire; one that the table does not have is kept.
    public let rawValue: Int
    /// - Parameter rawValue: the number on the wire; any number is taken.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// The text is no JSON. A peer whose frames are none loses its connection instead.
    public static let parse = Code(rawValue: -32700)
    /// The request cannot be served as it is, e.g. its `meta` is malformed or it comes at the wrong time.
    public static let invalidRequest = Code(rawValue: -32600)
    /// The one who was asked has no such method.
    public static let methodNotFound = Code(rawValue: -32601)
    /// The params break the method's contract; the message names the member.
    public static let invalidParams = Code(rawValue: -32602)
    /// A failure that nobody foresaw; its cause is in the log of who failed.
    public static let `internal` = Code(rawValue: -32603)
    /// Nothing serves this capability now.
    public static let unavailable = Code(rawValue: -31001)
    /// The plugin ended while serving; whether it had done its work is unknown (`data.delivered`).
    public static let pluginDied = Code(rawValue: -31002)
    /// No answer in time; the work may go on or have been done.
    public static let deadline = Code(rawValue: -31003)
    /// The caller cancelled.
    public static let cancelled = Code(rawValue: -31004)
    /// A queue is full; `data.retry_after_ms` says when to try again.
    public static let overloaded = Code(rawValue: -31005)
    /// Not granted by the manifest, no live cause, or not allowed to this tenant.
    public static let denied = Code(rawValue: -31006)
    /// The reply does not fit a frame; the connection lives on.
    public static let frameTooLarge = Code(rawValue: -31007)
    /// No protocol version that both sides speak.
    public static let version = Code(rawValue: -31008)
    /// The host has stopped asking a plugin that fails; `data.retry_after_ms` says when to try again.
    public static let circuitOpen = Code(rawValue: -31009)
    /// The plugin is going away and has not begun; another may serve the call.
    public static let draining = Code(rawValue: -31010)
    /// A failure that the method defines: `data` has `code`, `status`, `body` and members of the method's own.
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
