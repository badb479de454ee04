public import JSONRPC

extension Shape {
  /// Reads a list of members (docs/PROTOCOL.md, section 8.5).
  ///
  /// - Parameters:
  ///   - json: the wire form.
  ///   - path: where the list stands in the whole, for messages.
  /// - Throws: ``SpecError`` for what is no list, and for a member that says nothing or more than is known.
  public init(json: JSON, path: String) throws(SpecError) {
    guard let items = json.array else { throw SpecError(path, "must be a list of members") }
    var members: [ShapeMember] = []
    for (index, item) in items.enumerated() { members.append(try ShapeMember(json: item, path: "\(path)[\(index)]")) }
    self.init(members)
  }

  /// The wire form: the list of the members.
  public var json: JSON { .array(members.map(\.json)) }
}

extension ShapeMember {
  /// Reads a field's name, or an object whose second member says what it is (docs/PROTOCOL.md, section 8.5).
  ///
  /// A row or rows of another collection have the shape `list` unless it says otherwise.
  ///
  /// - Parameters:
  ///   - json: the wire form.
  ///   - path: where the member stands in the whole, for messages.
  /// - Throws: ``SpecError`` for an object that says nothing, or a member of it that is unknown or of another type.
  public init(json: JSON, path: String) throws(SpecError) {
    if let field = json.string {
      self = .field(field, as: field)
      return
    }
    var reader = try SpecReader(json, path)
    let name = try reader.require("name")
    if let field = try reader.string("field") {
      self = .field(field, as: name)
    } else if reader.json("lookup") != nil {
      let words = try ShapeMember.words(&reader, "lookup", 2)
      self = .lookup(name, reference: words[0], field: words[1])
    } else if let reference = try reader.string("one") {
      self = .one(name, reference: reference, shape: try ShapeReference(json: reader.json("shape") ?? "list", path: reader.at("shape")))
    } else if let collection = try reader.string("many") {
      self = .many(
        name, collection: collection, by: try reader.require("by"),
        shape: try ShapeReference(json: reader.json("shape") ?? "list", path: reader.at("shape")), order: try reader.strings("order"),
        filter: try reader.list("filter", Condition.init), limit: try reader.int("limit"))
    } else if let collection = try reader.string("count") {
      self = .count(name, collection: collection, by: try reader.require("by"), filter: try reader.list("filter", Condition.init))
    } else if reader.json("sum") != nil {
      let words = try ShapeMember.words(&reader, "sum", 3)
      self = .sum(name, collection: words[0], by: words[1], field: words[2])
    } else if let field = try reader.string("isnull") {
      self = .isNull(name, field: field)
    } else if reader.json("seconds") != nil {
      let words = try ShapeMember.words(&reader, "seconds", 2)
      self = .seconds(name, from: words[0], to: words[1])
    } else if let field = try reader.string("number") {
      self = .number(name, field: field)
    } else if reader.json("path") != nil {
      let words = try ShapeMember.words(&reader, "path", 2)
      self = .path(name, parent: words[0], name: words[1])
    } else if let parent = try reader.string("tree") {
      self = .tree(name, parent: parent, order: try reader.strings("order"))
    } else if let value = reader.json("value") {
      self = .value(name, value)
    } else {
      throw SpecError(path, "says nothing: field, lookup, one, many, count, sum, isnull, seconds, number, path, tree or value is needed")
    }
    try reader.finish()
  }

  private static func words(_ reader: inout SpecReader, _ name: String, _ count: Int) throws(SpecError) -> [String] {
    let words = try reader.strings(name)
    guard words.count == count else { throw SpecError(reader.at(name), "must be a list of \(count) names") }
    return words
  }

  /// The wire form (docs/PROTOCOL.md, section 8.5): a name for a field under its own name, an object for anything else.
  public var json: JSON {
    switch self {
    case .field(let field, let name): name == field ? .string(name) : ["name": .string(name), "field": .string(field)]
    case .lookup(let name, let reference, let field): ["name": .string(name), "lookup": JSON([reference, field])]
    case .one(let name, let reference, let shape): ["name": .string(name), "one": .string(reference), "shape": shape.json]
    case .many(let name, let collection, let by, let shape, let order, let filter, let limit):
      [
        "name": .string(name), "many": .string(collection), "by": .string(by), "shape": shape.json, "order": JSON(order),
        "filter": .array(filter.map(\.json)), "limit": limit.map { .int($0) } ?? .null,
      ]
    case .count(let name, let collection, let by, let filter):
      ["name": .string(name), "count": .string(collection), "by": .string(by), "filter": .array(filter.map(\.json))]
    case .sum(let name, let collection, let by, let field): ["name": .string(name), "sum": JSON([collection, by, field])]
    case .isNull(let name, let field): ["name": .string(name), "isnull": .string(field)]
    case .seconds(let name, let from, let to): ["name": .string(name), "seconds": JSON([from, to])]
    case .number(let name, let field): ["name": .string(name), "number": .string(field)]
    case .value(let name, let value): ["name": .string(name), "value": value]
    case .path(let name, let parent, let field): ["name": .string(name), "path": JSON([parent, field])]
    case .tree(let name, let parent, let order): ["name": .string(name), "tree": .string(parent), "order": JSON(order)]
    }
  }
}
