import JSONRPC
import PluginProtocol

extension StatementBuilder {
  /// How deep shapes may hold shapes.
  static let shapeDepthLimit = 4
  /// SQLite takes 127 arguments a function.
  static let memberLimit = 100

  /// The members of a shape as expressions over `alias`; what they look up is inside them, so that a shape is one statement.
  mutating func members(
    _ shape: Shape, of collection: StoredCollection, alias: String, depth: Int
  ) throws(StorageError) -> [OutputMember] {
    guard depth <= StatementBuilder.shapeDepthLimit else { throw malformed(collection, "the shape nests too deeply") }
    guard shape.members.count <= StatementBuilder.memberLimit else { throw malformed(collection, "the shape has too many members") }
    var members: [OutputMember] = []
    for member in shape.members {
      guard Schema.isIdentifier(member.name) else { throw malformed(collection, "\(member.name) is not a member name") }
      let (expression, format) =
        if case .tree(let name, let parent, let order) = member {
          try tree(name, parent, order, shape, of: collection, alias, depth)
        } else {
          try output(member, of: collection, alias, depth)
        }
      members.append(OutputMember(name: member.name, expression: expression, format: format))
    }
    return members
  }

  /// The shape a reference to one means.
  func shape(_ reference: ShapeReference, of collection: StoredCollection) throws(StorageError) -> Shape {
    switch reference {
    case .inline(let shape): return shape
    case .named(let name):
      guard let shape = collection.spec.shape(name) else { throw malformed(collection, "there is no shape \(name)") }
      return shape
    }
  }

  private func malformed(_ collection: StoredCollection, _ message: String) -> StorageError {
    .malformed(SpecError("\(collection.name).shape", message))
  }

  private mutating func output(
    _ member: ShapeMember, of collection: StoredCollection, _ alias: String, _ depth: Int
  ) throws(StorageError) -> (String, WireFormat) {
    switch member {
    case .field(let name, _): return try plain(name, collection, alias)
    case .lookup(_, let reference, let name):
      let (target, inner, filter) = try behind(reference, collection, alias)
      let (expression, format) = try plain(name, target, inner)
      return ("(SELECT \(expression) FROM \(filter))", format)
    case .one(_, let reference, let shapeReference):
      let (target, inner, filter) = try behind(reference, collection, alias)
      let members = try members(try shape(shapeReference, of: target), of: target, alias: inner, depth: depth + 1)
      return ("(SELECT \(dialect.object(members)) FROM \(filter))", .json)
    case .many(_, let name, let by, let shapeReference, let order, let filter, let limit):
      let (child, inner, source) = try children(name, by, collection, alias, filter)
      let members = try members(try shape(shapeReference, of: child), of: child, alias: inner, depth: depth + 1)
      let ordered = source + (try orderBy(order, of: child, inner)) + (limit.map { " LIMIT \(max(0, $0))" } ?? "")
      return (dialect.array(element: dialect.object(members), source: ordered), .json)
    case .count(_, let name, let by, let filter):
      return ("(SELECT count(*) FROM \(try children(name, by, collection, alias, filter).source))", .integer)
    case .sum(_, let name, let by, let summed):
      let (child, inner, source) = try children(name, by, collection, alias, [])
      let field = try field(summed, of: child)
      guard field.kind.isNumeric else { throw malformed(child, "\(summed) is not a number") }
      return ("(SELECT \(SQL.sum("\(inner).\(quoted(field.name))", field.kind)) FROM \(source))", field.kind.format)
    case .isNull(_, let name): return ("\(alias).\(quoted(try field(name, of: collection).name)) IS NULL", .boolean)
    case .seconds(_, let from, let to): return try seconds(from, to, collection, alias)
    case .number(_, let name):
      let field = try field(name, of: collection)
      guard field.kind.isNumeric else { throw malformed(collection, "\(name) is not a number") }
      return (try plain(name, collection, alias).0, field.kind.aggregateFormat)
    case .value(_, let json): return (bind(.text(json.text), .text), .json)
    case .path(_, let parent, let name): return try path(parent, name, collection, alias)
    case .tree(let name, _, _): throw malformed(collection, "\(name) cannot stand within another shape")
    }
  }

  private func plain(_ name: String, _ collection: StoredCollection, _ alias: String) throws(StorageError) -> (String, WireFormat) {
    let field = try field(name, of: collection)
    return (dialect.output("\(alias).\(quoted(field.name))", field.kind), field.kind.format)
  }

  /// The row a reference points at, as what follows FROM.
  private mutating func behind(
    _ reference: String, _ collection: StoredCollection, _ alias: String
  ) throws(StorageError) -> (target: StoredCollection, alias: String, source: String) {
    let field = try field(reference, of: collection)
    let target = try target(of: field, in: collection)
    let inner = self.alias()
    let access = try visible(target, inner)
    let link = ["\(inner).\(quoted(target.key.name)) = \(alias).\(quoted(field.name))"] + sameTenant(target, inner, collection, alias)
    return (target, inner, "\(quoted(target.name)) AS \(inner)" + (try whereClause([], of: target, inner, access: access, also: link)))
  }

  /// The rows whose `by` points at this row, as what follows FROM.
  private mutating func children(
    _ name: String, _ by: String, _ collection: StoredCollection, _ alias: String, _ filter: [Condition]
  ) throws(StorageError) -> (child: StoredCollection, alias: String, source: String) {
    let child = try self.collection(name)
    let field = try field(by, of: child)
    guard field.target == collection.name else { throw malformed(child, "\(by) does not refer to \(collection.name)") }
    let inner = self.alias()
    let access = try visible(child, inner)
    let link = ["\(inner).\(quoted(field.name)) = \(alias).\(quoted(collection.key.name))"] + sameTenant(collection, alias, child, inner)
    return (child, inner, "\(quoted(child.name)) AS \(inner)" + (try whereClause(filter, of: child, inner, access: access, also: link)))
  }

  /// Where every row is seen, keys that are unique in their tenant only need it said.
  private func sameTenant(
    _ target: StoredCollection, _ targetAlias: String, _ collection: StoredCollection, _ alias: String
  ) -> [String] {
    guard scope.isSystem, target.spec.tenancy == .owned, collection.hasTenant else { return [] }
    return ["\(targetAlias).\"tenant\" = \(alias).\"tenant\""]
  }

  private mutating func seconds(
    _ from: String, _ to: String, _ collection: StoredCollection, _ alias: String
  ) throws(StorageError) -> (String, WireFormat) {
    let (start, startFormat) = try plain(from, collection, alias)
    let (end, endFormat) = try plain(to, collection, alias)
    guard startFormat == .datetime, endFormat == .datetime else { throw malformed(collection, "seconds needs two datetimes") }
    let now = bind(.integer(scope.now), .bigint)
    return ("(\(SQL.double("(coalesce(\(end), \(now)) - \(start))")) / 1000000)", .float)
  }

  /// All rows below this one, flat, in the shape it has itself; ``RowTree`` nests them when they are written.
  private mutating func tree(
    _ name: String, _ parent: String, _ order: [String], _ shape: Shape, of collection: StoredCollection, _ alias: String, _ depth: Int
  ) throws(StorageError) -> (String, WireFormat) {
    // Nested rows are written by the engine, which cannot nest them again.
    guard depth == 0 else { throw malformed(collection, "\(name) cannot stand within another shape") }
    let up = try field(parent, of: collection)
    guard up.target == collection.name else { throw malformed(collection, "\(parent) does not refer to \(collection.name)") }
    func shown(_ column: String) -> String? {
      for case .field(column, let name) in shape.members { return name }
      return nil
    }
    guard let key = shown(collection.key.name), let parentName = shown(up.name) else {
      throw malformed(collection, "a tree needs \(collection.key.name) and \(up.name) in its shape")
    }
    let flat = Shape(shape.members.map { if case .tree(name, _, _) = $0 { .value(name, []) } else { $0 } })
    let (row, step, below) = (self.alias(), self.alias(), self.alias())
    let members = try members(flat, of: collection, alias: row, depth: depth + 1)
    let (table, keyColumn, upColumn) = (quoted(collection.name), quoted(collection.key.name), quoted(up.name))
    let tenant = scope.isSystem && collection.spec.tenancy == .owned ? " AND \(below).\"tenant\" = \(alias).\"tenant\"" : ""
    // UNION, not UNION ALL: a ring would never end.
    let keys = """
      WITH RECURSIVE \(step)(key) AS (SELECT \(alias).\(keyColumn) UNION \
      SELECT \(below).\(keyColumn) FROM \(step) JOIN \(table) AS \(below) ON \(below).\(upColumn) = \(step).key\(tenant)) \
      SELECT key FROM \(step)
      """
    let also = ["\(row).\(keyColumn) IN (\(keys))", "\(row).\(keyColumn) <> \(alias).\(keyColumn)"]
    let access = try visible(collection, row)
    let filter = try whereClause([], of: collection, row, access: access, also: also)
    let source = "\(table) AS \(row)\(filter)" + (try orderBy(order, of: collection, row))
    let format = WireFormat.tree(RowTree(member: name, key: key, parent: parentName))
    return (dialect.array(element: dialect.object(members), source: source), format)
  }

  /// Walks up from the row that `parent` points at to the root, then joins the names downwards.
  private mutating func path(
    _ parent: String, _ name: String, _ collection: StoredCollection, _ alias: String
  ) throws(StorageError) -> (String, WireFormat) {
    let reference = try field(parent, of: collection)
    let tree = try target(of: reference, in: collection)
    guard let up = tree.name == collection.name ? reference : tree.fields.first(where: { $0.target == tree.name }) else {
      throw malformed(tree, "is not a tree: no field refers to \(tree.name)")
    }
    let own = try field(name, of: collection)
    let names = try field(name, of: tree)
    guard own.kind == .text, names.kind == .text else { throw malformed(collection, "\(name) is not text") }
    let (row, step) = (self.alias(), self.alias())
    let columns = "\(row).\(quoted(names.name)), \(row).\(quoted(up.name))"
    let table = "\(quoted(tree.name)) AS \(row)"
    let key = "\(row).\(quoted(tree.key.name))"
    let source = """
      (WITH RECURSIVE \(step)(name, up, depth) AS (\
      SELECT \(alias).\(quoted(own.name)), \(alias).\(quoted(reference.name)), 0 \
      UNION ALL SELECT \(columns), \(step).depth + 1 FROM \(step) JOIN \(table) ON \(key) = \(step).up WHERE \(step).depth < 64) \
      SELECT name FROM \(step) ORDER BY depth DESC)
      """
    return (dialect.joined(column: "name", source: source), .text)
  }
}

/// SQL that every engine reads alike.
enum SQL {
  static func double(_ expression: String) -> String { "CAST(\(expression) AS DOUBLE PRECISION)" }

  /// 0 when there are no rows.
  static func sum(_ expression: String, _ kind: ColumnKind) -> String {
    "CAST(coalesce(sum(\(expression)), 0) AS \(kind == .float ? "DOUBLE PRECISION" : "BIGINT"))"
  }
}
