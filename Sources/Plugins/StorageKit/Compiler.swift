package import PluginProtocol

/// Turns reads and writes into SQL with bound parameters, inside a scope. Nothing a caller sends becomes SQL text but the names of
/// known collections and fields.
package struct Compiler: Sendable {
  package let schema: Schema
  package let dialect: any Dialect
  package let scope: Scope

  package init(schema: Schema, dialect: any Dialect, scope: Scope) {
    self.schema = schema
    self.dialect = dialect
    self.scope = scope
  }

  /// For what collections demand of each other, whoever writes.
  var ofRules: Compiler { Compiler(schema: schema, dialect: dialect, scope: scope.ofRules) }

  var builder: StatementBuilder { StatementBuilder(schema: schema, dialect: dialect, scope: scope) }

  /// The rows of a selection in its shape.
  package func select(_ selection: StorageRead.Selection) throws(StorageError) -> RowQuery {
    var builder = builder
    let collection = try builder.collection(selection.collection)
    let head = try head(selection.shape, of: collection, &builder)
    var sql = head.sql
    sql += try builder.whereClause(selection.filter, of: collection, head.alias, access: head.access)
    if !selection.order.isEmpty || !collection.isOneRow(selection.filter) {
      sql += try builder.orderBy(selection.order, of: collection, head.alias)
    }
    sql += " LIMIT \(builder.bind(.integer(Int64(selection.limit)), .bigint))"
    if selection.offset > 0 { sql += " OFFSET \(builder.bind(.integer(Int64(selection.offset)), .bigint))" }
    return RowQuery(statement: Statement(sql, builder.parameters), plan: head.plan)
  }

  /// What a selection in this shape begins with: of a named shape it is built once.
  private func head(
    _ reference: ShapeReference, of collection: StoredCollection, _ builder: inout StatementBuilder
  ) throws(StorageError) -> SelectionHead {
    guard case .named(let shape) = reference, scope.isSystem || scope.tenant != nil else {
      return try makeHead(reference, of: collection, &builder)
    }
    let key = SelectionHeads.Key(
      collection: collection.name, shape: shape, isSystem: scope.isSystem, dialect: ObjectIdentifier(type(of: dialect)))
    if let head = schema.heads[key] {
      try builder.resume(head)
      return head
    }
    let head = try makeHead(reference, of: collection, &builder)
    if builder.bindsTenantAtMost { schema.heads[key] = head }
    return head
  }

  private func makeHead(
    _ reference: ShapeReference, of collection: StoredCollection, _ builder: inout StatementBuilder
  ) throws(StorageError) -> SelectionHead {
    let alias = builder.alias()
    // The tenant is bound first, wherever in the statement it is needed.
    let access = try builder.visible(collection, alias)
    let shape = try builder.shape(reference, of: collection)
    let members = try builder.members(shape, of: collection, alias: alias, depth: 0)
    return SelectionHead(
      sql: "SELECT \(members.map(\.expression).joined(separator: ", ")) FROM \(quoted(collection.name)) AS \(alias)",
      plan: RowPlan(members.map { ($0.name, $0.format) }), alias: alias, access: access, aliasCount: builder.aliasCount,
      bindsTenant: builder.bindsTenant, collections: Set(builder.collections).sorted())
  }

  /// How many rows match: one row, one column.
  package func count(_ name: String, _ filter: [Condition]) throws(StorageError) -> Statement {
    var builder = builder
    let collection = try builder.collection(name)
    let alias = builder.alias()
    let access = try builder.visible(collection, alias)
    let filter = try builder.whereClause(filter, of: collection, alias, access: access)
    return Statement("SELECT count(*) FROM \(quoted(name)) AS \(alias)\(filter)", builder.parameters)
  }

  /// The highest value of an integer field + 1, or 1: one row, one column.
  func next(_ name: String, field: String, _ filter: [Condition]) throws(StorageError) -> Statement {
    var builder = builder
    let collection = try builder.collection(name)
    let column = try builder.field(field, of: collection)
    guard column.kind == .integer || column.kind == .bigint else { throw .invalid(field: field, message: "$next needs an integer field.") }
    let alias = builder.alias()
    let access = try builder.visible(collection, alias)
    let filter = try builder.whereClause(filter, of: collection, alias, access: access)
    return Statement("SELECT coalesce(max(\(alias).\(quoted(field))), 0) + 1 FROM \(quoted(name)) AS \(alias)\(filter)", builder.parameters)
  }
}
