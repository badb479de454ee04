public import JSONRPC

extension StorageRead {
  /// Reads the params of `storage.read` (docs/PROTOCOL.md, section 8.2); a `key` becomes a condition of the filter.
  ///
  /// - Parameters:
  ///   - json: the wire form.
  ///   - path: where the object stands in the whole, for messages; empty = it is the whole.
  /// - Throws: ``SpecError`` for an unknown `op`, a limit out of range, or a member that is unknown, missing or of another type.
  public init(json: JSON, path: String = "") throws(SpecError) {
    var reader = try SpecReader(json, path)
    let op = try reader.require("op")
    switch op {
    case "many":
      let reads = try reader.list("reads", StorageRead.init)
      guard (1...16).contains(reads.count) else { throw SpecError(reader.at("reads"), "must hold 1 to 16 reads") }
      self = .many(reads)
    case "count":
      self = .count(collection: try reader.require("collection"), filter: try reader.list("filter", Condition.init))
    case "aggregate": self = .aggregate(try Aggregate(&reader))
    case "select": self = .select(try Selection(&reader))
    case "page": self = .page(try Selection(&reader))
    case "get": self = .get(try Selection(&reader))
    default: throw SpecError(reader.at("op"), "\(op) is not a read")
    }
    try reader.finish()
  }

  /// The params of `storage.read` (docs/PROTOCOL.md, section 8.2).
  public var json: JSON {
    switch self {
    case .select(let selection): selection.json("select")
    case .page(let selection): selection.json("page")
    case .get(let selection): selection.json("get")
    case .count(let collection, let filter):
      ["collection": .string(collection), "op": "count", "filter": .array(filter.map(\.json))]
    case .aggregate(let aggregate): aggregate.json
    case .many(let reads): ["op": "many", "reads": .array(reads.map(\.json))]
    }
  }
}

extension StorageRead.Selection {
  init(_ reader: inout SpecReader) throws(SpecError) {
    collection = try reader.require("collection")
    filter = try reader.list("filter", Condition.init)
    order = try reader.strings("order")
    limit = try reader.int("limit") ?? Self.defaultLimit
    offset = try reader.int("offset") ?? 0
    guard (0...StorageRead.rowLimit).contains(limit) else { throw SpecError(reader.at("limit"), "must be 0 to \(StorageRead.rowLimit)") }
    guard offset >= 0 else { throw SpecError(reader.at("offset"), "must not be negative") }
    shape = try ShapeReference(json: reader.json("shape") ?? "detail", path: reader.at("shape"))
    if let key = reader.json("key"), !key.isNull { filter.append(.eq("$key", key)) }
  }

  func json(_ op: String) -> JSON {
    var json: JSONObject = ["collection": .string(collection), "op": .string(op), "shape": shape.json]
    if !filter.isEmpty { json["filter"] = .array(filter.map(\.json)) }
    if !order.isEmpty { json["order"] = JSON(order) }
    if limit != Self.defaultLimit, op != "get" { json["limit"] = .int(limit) }
    if offset != 0 { json["offset"] = .int(offset) }
    return .object(json)
  }

  private static let defaultLimit = 100
}

extension StorageRead.Aggregate {
  init(_ reader: inout SpecReader) throws(SpecError) {
    collection = try reader.require("collection")
    filter = try reader.list("filter", Condition.init)
    group = try reader.strings("group")
    if let json = reader.json("bucket"), !json.isNull { bucket = try StorageRead.Bucket(json: json, path: reader.at("bucket")) }
    measures = []
    for (name, measure) in try reader.members(
      "measures", { (json, path) throws(SpecError) in try StorageRead.Measure(json: json, path: path) })
    {
      measures.append(StorageRead.Measure(name, measure.function, measure.field))
    }
    order = try reader.strings("order")
    limit = try reader.int("limit") ?? 1000
    guard (1...StorageRead.rowLimit).contains(limit) else { throw SpecError(reader.at("limit"), "must be 1 to \(StorageRead.rowLimit)") }
  }

  var json: JSON {
    [
      "collection": .string(collection), "op": "aggregate", "filter": .array(filter.map(\.json)), "group": JSON(group),
      "bucket": bucket?.json ?? .null, "measures": .object(JSONObject(measures.map { ($0.name, $0.json) })), "order": JSON(order),
      "limit": .int(limit),
    ]
  }
}

extension StorageRead.Bucket {
  init(json: JSON, path: String) throws(SpecError) {
    var reader = try SpecReader(json, path)
    field = try reader.require("field")
    guard let unit = Unit(rawValue: try reader.require("unit")) else { throw SpecError(reader.at("unit"), "must be hour or day") }
    self.unit = unit
    try reader.finish()
  }

  var json: JSON { ["field": .string(field), "unit": .string(unit.rawValue)] }
}

extension StorageRead.Measure {
  init(json: JSON, path: String) throws(SpecError) {
    guard let object = json.object, object.count == 1, let member = object.members.first else {
      throw SpecError(path, "must be {\"count\": true} or {\"sum\": field}")
    }
    guard let function = Function(rawValue: member.name) else { throw SpecError(path, "\(member.name) is not a measure") }
    if function != .count, member.value.string == nil { throw SpecError(path, "\(member.name) needs a field") }
    self.init("", function, member.value.string ?? "")
  }

  var json: JSON { function == .count ? ["count": true] : [function.rawValue: .string(field)] }
}
