import PluginProtocol

extension Compiler {
  /// A collection that a step writes.
  func collection(_ name: String) throws(StorageError) -> StoredCollection {
    var builder = builder
    let collection = try builder.collection(name)
    guard scope.collections?.mayWrite(name) ?? true else { throw .denied("\(name) may not be written by this caller") }
    return collection
  }

  /// The statement that writes one row: a parameter a column; a counted key is left to the engine and returned.
  func insert(_ collection: StoredCollection, isCounted: Bool) -> String {
    let fields = collection.fields.filter { !(isCounted && $0.role == .serialKey) }
    let columns = fields.map { quoted($0.name) }.joined(separator: ", ")
    let values = fields.enumerated().map { dialect.placeholder($0 + 1, $1.kind) }.joined(separator: ", ")
    let returning = isCounted ? " RETURNING \(quoted(collection.key.name))" : ""
    return "INSERT INTO \(quoted(collection.name)) (\(columns)) VALUES (\(values))\(returning)"
  }

  func update(
    _ collection: StoredCollection, _ filter: [Condition], _ changes: [Transaction.Change], returnsKeys: Bool
  ) throws(StorageError) -> Statement {
    var builder = builder
    let alias = builder.alias()
    var assignments: [String] = []
    for change in changes {
      let column = quoted(change.field.name)
      let value = builder.bind(change.value, change.field.kind)
      assignments.append("\(column) = " + (change.isIncrement ? "coalesce(\(alias).\(column), 0) + \(value)" : value))
    }
    let key = quoted(collection.key.name)
    if assignments.isEmpty { assignments = ["\(key) = \(alias).\(key)"] }
    let access = try builder.writable(collection, alias)
    let filter = try builder.whereClause(filter, of: collection, alias, access: access)
    let returning = returnsKeys ? " RETURNING \(key)" : ""
    let sql = "UPDATE \(quoted(collection.name)) AS \(alias) SET \(assignments.joined(separator: ", "))\(filter)\(returning)"
    return Statement(sql, builder.parameters)
  }

  func delete(_ collection: StoredCollection, _ filter: [Condition]) throws(StorageError) -> Statement {
    var builder = builder
    let alias = builder.alias()
    let access = try builder.writable(collection, alias)
    let filter = try builder.whereClause(filter, of: collection, alias, access: access)
    return Statement("DELETE FROM \(quoted(collection.name)) AS \(alias)\(filter)", builder.parameters)
  }

  /// The keys of the rows that may be changed.
  func keys(_ collection: StoredCollection, _ filter: [Condition], alias: String? = nil) throws(StorageError) -> Statement {
    var builder = builder
    let alias = alias ?? builder.alias()
    let access = try builder.writable(collection, alias)
    let filter = try builder.whereClause(filter, of: collection, alias, access: access)
    return Statement(
      "SELECT \(alias).\(quoted(collection.key.name)) FROM \(quoted(collection.name)) AS \(alias)\(filter)", builder.parameters)
  }

  /// One column of the rows that may be seen.
  func column(_ name: String, _ collection: StoredCollection, _ filter: [Condition]) throws(StorageError) -> Statement {
    var builder = builder
    let alias = builder.alias()
    let access = try builder.visible(collection, alias)
    let filter = try builder.whereClause(filter, of: collection, alias, access: access)
    return Statement("SELECT \(alias).\(quoted(name)) FROM \(quoted(collection.name)) AS \(alias)\(filter)", builder.parameters)
  }

  /// A row when a row of `tenant` may refer to this key.
  func exists(_ key: SQLValue, in target: StoredCollection, for tenant: SQLValue) -> Statement {
    var builder = builder
    let column = quoted(target.key.name)
    var sql = "SELECT 1 FROM \(quoted(target.name)) WHERE \(column) = \(builder.bind(key, target.key.kind))"
    guard target.hasTenant else { return Statement(sql, builder.parameters) }
    let own = "\"tenant\" = \(builder.bind(tenant, .uuid))"
    sql += target.spec.tenancy == .shared ? " AND (\(own) OR \"tenant\" IS NULL)" : " AND \(own)"
    return Statement(sql, builder.parameters)
  }
}
