import PluginProtocol

/// The tables and indexes of collections.
struct TableSQL {
  let schema: Schema
  let dialect: any Dialect

  struct Index {
    let name: String
    let sql: String
    /// The fields of a unique key, for messages; empty for a plain index.
    let uniqueFields: [String]
  }

  func create(_ collection: StoredCollection, named name: String? = nil) -> String {
    var parts = collection.fields.map { "\(quoted($0.name)) \(dialect.columnType($0))" }
    if dialect.hasInlineForeignKeys { parts += foreignKeys(collection) }
    return "CREATE TABLE \(quoted(name ?? collection.name)) (\(parts.joined(separator: ", ")))\(dialect.tableOptions)"
  }

  func foreignKeys(_ collection: StoredCollection) -> [String] {
    collection.fields.flatMap { field in
      schema.collections[field.target ?? ""].map { dialect.foreignKeys(field, to: $0) } ?? []
    }
  }

  /// The indexes of a collection, the tenant first in each, so that a tenant's rows lie together.
  func indexes(_ collection: StoredCollection) -> [Index] {
    let tenant = collection.hasTenant ? [quoted("tenant")] : []
    var indexes: [Index] = []
    if collection.spec.tenancy == .owned, needsPair(collection) {
      indexes.append(index(collection, ["tenant", collection.key.name], tenant + [quoted(collection.key.name)], isUnique: true))
    } else if collection.spec.tenancy == .shared || collection.key.role == .fieldKey && collection.key.kind == .text {
      indexes.append(
        index(collection, ["tenant", collection.key.name], tenant + [quoted(collection.key.name)], isUnique: !collection.hasTenant))
    }
    for key in collection.spec.unique {
      let owner = collection.spec.tenancy == .shared ? [dialect.tenantOrNone] : tenant
      indexes.append(index(collection, key.fields, owner + key.fields.map(quoted), isUnique: true, where: key.condition))
    }
    for field in collection.fields where field.target != nil && field.role == .plain {
      indexes.append(index(collection, [field.name, "tenant"], [quoted(field.name)] + tenant, isUnique: false))
    }
    for names in collection.spec.indexes { indexes.append(index(collection, names, tenant + names.map(quoted), isUnique: false)) }
    var seen: Set<String> = []
    return indexes.filter { seen.insert($0.name).inserted }
  }

  /// Whether (tenant, key) needs an index: references to it do, and listing a tenant's rows where no other index starts with the tenant.
  /// Random keys make it costly to write.
  private func needsPair(_ collection: StoredCollection) -> Bool {
    collection.key.role != .uuidKey || collection.spec.unique.isEmpty && collection.spec.indexes.isEmpty
      || !schema.references(to: collection.name).isEmpty
  }

  private func index(
    _ collection: StoredCollection, _ names: [String], _ columns: [String], isUnique: Bool, where condition: String? = nil
  ) -> Index {
    let name = TableSQL.shortened(
      ([isUnique ? "uq" : "ix", collection.name] + names + (condition.map { ["if", $0] } ?? [])).joined(separator: "_"))
    let rows = condition.map { " WHERE \(quoted($0))" } ?? ""
    let sql =
      "CREATE \(isUnique ? "UNIQUE " : "")INDEX IF NOT EXISTS \(quoted(name)) ON \(quoted(collection.name)) (\(columns.joined(separator: ", ")))\(rows)"
    return Index(name: name, sql: sql, uniqueFields: isUnique ? names.filter { $0 != "tenant" } : [])
  }

  /// PostgreSQL cuts names at 63 bytes: a long one ends in a hash of the whole (FNV-1a).
  private static func shortened(_ name: String) -> String {
    guard name.utf8.count > 60 else { return name }
    var hash: UInt32 = 2_166_136_261
    for byte in name.utf8 { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
    return String(name.prefix(50)) + "_" + String(hash, radix: 16)
  }
}
