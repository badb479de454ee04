import JSONRPC
import PluginProtocol

/// What the engine cannot say or see: which reference failed, who holds a row, whether a row is visible to the tenant of another.
extension Transaction {
  /// Foreign keys to shared collections cannot carry the tenant: a row without tenant may be referred to by all, another's by none.
  func checkShared(_ rows: [[SQLValue]], _ collection: StoredCollection) throws(StorageError) {
    let tenantAt = collection.index(of: "tenant")
    for (index, field) in collection.fields.enumerated() {
      guard let target = schema.collections[field.target ?? ""], target.spec.tenancy == .shared else { continue }
      var known: Set<[SQLValue]> = []
      for row in rows where row[index] != .null {
        let tenant = tenantAt.map { row[$0] } ?? .null
        guard known.insert([row[index], tenant]).inserted else { continue }
        guard try exists(row[index], in: target, for: tenant) else {
          throw .noReference(field: field.name, value: field.kind.format.json(row[index]))
        }
      }
    }
  }

  /// The same for an update: the rows it changes keep their tenants.
  func checkShared(_ changes: [Change], _ collection: StoredCollection, _ filter: [Condition]) throws(StorageError) {
    for change in changes where change.value != .null {
      guard let target = schema.collections[change.field.target ?? ""], target.spec.tenancy == .shared else { continue }
      guard try session.number(compiler.count(collection.name, filter)) > 0 else { return }
      let failure = StorageError.noReference(field: change.field.name, value: change.field.kind.format.json(change.value))
      if let tenant = scope.tenant, !scope.isSystem {
        guard try exists(change.value, in: target, for: .text(tenant)) else { throw failure }
        continue
      }
      let key = change.field.kind.format.json(change.value)
      guard let owner = try session.query(compiler.column("tenant", target, [.eq("$key", key)])).first?.first else { throw failure }
      guard owner != .null else { continue }
      let strangers = try compiler.count(collection.name, filter + [.ne("tenant", JSON(owner.text))])
      guard try session.number(strangers) == 0 else { throw failure }
    }
  }

  private func exists(_ key: SQLValue, in target: StoredCollection, for tenant: SQLValue) throws(StorageError) -> Bool {
    try !session.query(compiler.exists(key, in: target, for: tenant)).isEmpty
  }

  /// A refused row as an error that names what is wrong with it.
  func explain(_ failure: SQLFailure, _ collection: StoredCollection, _ row: [SQLValue]) throws(StorageError) -> StorageError {
    guard failure == .foreignKey else { return explain(failure, collection) }
    let tenant = collection.index(of: "tenant").map { row[$0] } ?? .null
    for (field, value) in zip(collection.fields, row) where value != .null {
      guard let target = schema.collections[field.target ?? ""] else { continue }
      if try !exists(value, in: target, for: tenant) {
        return .noReference(field: field.name, value: field.kind.format.json(value))
      }
    }
    return failure.storageError
  }

  /// A refused update as an error that names what is wrong with it.
  func explain(_ failure: SQLFailure, _ collection: StoredCollection, _ changes: [Change]) throws(StorageError) -> StorageError {
    guard failure == .foreignKey else { return explain(failure, collection) }
    let references = changes.filter { $0.field.target != nil && $0.value != .null }
    for change in references {
      guard let target = schema.collections[change.field.target ?? ""] else { continue }
      if try !exists(change.value, in: target, for: SQLValue(scope.tenant)) {
        return .noReference(field: change.field.name, value: change.field.kind.format.json(change.value))
      }
    }
    return references.last.map { .noReference(field: $0.field.name, value: $0.field.kind.format.json($0.value)) } ?? failure.storageError
  }

  private func explain(_ failure: SQLFailure, _ collection: StoredCollection) -> StorageError {
    guard case .unique(let columns, let name) = failure else { return failure.storageError }
    if let name {
      let index = TableSQL(schema: schema, dialect: session.dialect).indexes(collection).first { $0.name == name }
      return .notUnique(fields: index?.uniqueFields ?? [])
    }
    let fields = columns.filter { $0 != "tenant" }
    return .notUnique(fields: fields.isEmpty ? [collection.key.name] : fields)
  }

  /// The collection whose restricting reference keeps a row from being deleted, directly or behind cascades.
  func holder(of collection: StoredCollection, _ filter: [Condition]) throws(StorageError) -> String {
    let rows = try compiler.keys(collection, filter, alias: "d")
    return try holder(of: collection, rows, depth: 0) ?? collection.name
  }

  private func holder(of collection: StoredCollection, _ rows: Statement, depth: Int) throws(StorageError) -> String? {
    guard depth < 8 else { return nil }
    let references = schema.references(to: collection.name)
    for (child, field) in references where field.onDelete == .restrict {
      let probe = "SELECT 1 FROM \(quoted(child.name)) WHERE \(quoted(field.name)) IN (\(rows.sql)) LIMIT 1"
      if try !session.query(Statement(probe, rows.parameters)).isEmpty { return child.name }
    }
    for (child, field) in references where field.onDelete == .cascade {
      let inner = "SELECT \(quoted(child.key.name)) FROM \(quoted(child.name)) WHERE \(quoted(field.name)) IN (\(rows.sql))"
      if let found = try holder(of: child, Statement(inner, rows.parameters), depth: depth + 1) { return found }
    }
    return nil
  }
}
