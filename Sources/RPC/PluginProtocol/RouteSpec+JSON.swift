public import JSONRPC

extension RouteSpec {
  private static let methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "CRUD"]

  /// Reads the wire form (docs/PROTOCOL.md, section 9); `method`, `path`, `permission` and `target` are required.
  ///
  /// - Parameters:
  ///   - json: the wire form.
  ///   - path: where the object stands in the whole, for messages.
  /// - Throws: ``SpecError`` for an unknown method or permission, a path that does not begin and end with `/`, members that need another one,
  ///   or a member that is unknown or of another type.
  public init(json: JSON, path: String) throws(SpecError) {
    var reader = try SpecReader(json, path)
    method = try reader.require("method")
    guard RouteSpec.methods.contains(method) else {
      throw SpecError(reader.at("method"), "must be one of \(RouteSpec.methods.joined(separator: ", "))")
    }
    self.path = try reader.require("path")
    guard self.path.hasPrefix("/"), self.path.hasSuffix("/") else { throw SpecError(reader.at("path"), "must begin and end with /") }
    guard let permission = Permission(rawValue: try reader.require("permission")) else {
      throw SpecError(reader.at("permission"), "is not known")
    }
    self.permission = permission
    target = try Target(json: reader.json("target") ?? .null, path: reader.at("target"))
    status = try reader.int("status") ?? 200
    summary = try reader.string("summary") ?? ""
    if let json = reader.json("body"), !json.isNull { body = try reader.list("body", FieldSpec.init) }
    if let json = reader.json("other_body"), !json.isNull { otherBody = try reader.list("other_body", FieldSpec.init) }
    keepsOtherMembers = try reader.bool("keep_other_members")
    guard body != nil || otherBody == nil && !keepsOtherMembers else {
      throw SpecError(reader.at("body"), "is needed beside other_body and keep_other_members")
    }
    if let json = reader.json("upload"), !json.isNull { upload = try Upload(json: json, path: reader.at("upload")) }
    query = try reader.list("query", FieldSpec.init)
    if let json = reader.json("answer"), !json.isNull { answer = json }
    if let json = reader.json("subject"), !json.isNull {
      subject = try CollectionTarget.Parent(json: json, path: reader.at("subject"))
    }
    deniesForeign = try reader.bool("deny_foreign")
    withoutTenant = try reader.string("without_tenant")
    statuses = try reader.list("statuses", RouteSpec.status)
    try reader.finish()
  }

  private static func status(_ json: JSON, _ path: String) throws(SpecError) -> Int {
    guard let number = json.int, (200...599).contains(number) else { throw SpecError(path, "must be a status of 200 to 599") }
    return Int(number)
  }

  /// The wire form (docs/PROTOCOL.md, section 9); null stands for what is not there.
  public var json: JSON {
    [
      "method": .string(method), "path": .string(path), "permission": .string(permission.rawValue), "target": target.json,
      "status": .int(status), "summary": .string(summary), "body": body.map { .array($0.map(\.json)) } ?? .null,
      "other_body": otherBody.map { .array($0.map(\.json)) } ?? .null, "keep_other_members": .bool(keepsOtherMembers),
      "upload": upload.map { ["field": .string($0.field), "max_bytes": .int($0.maxBytes)] } ?? .null,
      "query": .array(query.map(\.json)), "answer": answer ?? .null, "subject": subject?.json ?? .null,
      "deny_foreign": .bool(deniesForeign), "without_tenant": JSON(withoutTenant),
      "statuses": .array(statuses.map { .int($0) }),
    ]
  }
}

extension RouteSpec.Upload {
  init(json: JSON, path: String) throws(SpecError) {
    var reader = try SpecReader(json, path)
    field = try reader.string("field") ?? "file"
    guard let limit = try reader.int("max_bytes"), limit > 0 else { throw SpecError(reader.at("max_bytes"), "must be a positive integer") }
    maxBytes = Int64(limit)
    try reader.finish()
  }
}

extension RouteSpec.Target {
  init(json: JSON, path: String) throws(SpecError) {
    var reader = try SpecReader(json, path)
    if let method = try reader.string("rpc") {
      self = .rpc(method: method, raw: try reader.bool("raw"))
    } else if let scope = try reader.string("stream") {
      self = .stream(scope: scope, state: try reader.require("state"))
    } else {
      self = .collection(try RouteSpec.CollectionTarget(&reader))
    }
    try reader.finish()
  }

  var json: JSON {
    switch self {
    case .rpc(let method, let raw): ["rpc": .string(method), "raw": .bool(raw)]
    case .stream(let scope, let state): ["stream": .string(scope), "state": .string(state)]
    case .collection(let target): target.json
    }
  }
}

extension RouteSpec.CollectionTarget {
  init(_ reader: inout SpecReader) throws(SpecError) {
    self.init(try reader.require("collection"))
    if let text = try reader.string("action") {
      guard let action = Action(rawValue: text) else { throw SpecError(reader.at("action"), "\(text) is not an action") }
      self.action = action
    }
    shape = try reader.string("shape") ?? "detail"
    listShape = try reader.string("list_shape") ?? "list"
    filter = try reader.list("filter", Condition.init)
    order = try reader.strings("order")
    isArray = try reader.bool("array")
    limit = try reader.int("limit") ?? StorageRead.rowLimit
    guard (1...StorageRead.rowLimit).contains(limit) else { throw SpecError(reader.at("limit"), "must be 1 to \(StorageRead.rowLimit)") }
    if let json = reader.json("parent"), !json.isNull {
      parent = try Parent(json: json, path: reader.at("parent"))
    }
  }

  var json: JSON {
    [
      "collection": .string(collection), "action": JSON(action?.rawValue), "shape": .string(shape), "list_shape": .string(listShape),
      "filter": .array(filter.map(\.json)), "order": JSON(order), "array": .bool(isArray), "limit": .int(limit),
      "parent": parent?.json ?? .null,
    ]
  }
}

extension RouteSpec.CollectionTarget.Parent {
  init(json: JSON, path: String) throws(SpecError) {
    var reader = try SpecReader(json, path)
    self.init(try reader.require("collection"), parameter: try reader.require("param"))
    try reader.finish()
  }

  var json: JSON { ["collection": .string(collection), "param": .string(parameter)] }
}
