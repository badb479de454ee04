import JSONRPC
package import PluginProtocol

/// Brings the tables in line with the collections: additive changes are derived, anything else is refused.
package struct Migration {
  private let session: any SQLSession
  private let now: Int64

  package init(session: any SQLSession, now: Int64) {
    self.session = session
    self.now = now
  }

  private static let tables = [
    """
    CREATE TABLE IF NOT EXISTS hive_migration (number BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL, statements TEXT NOT NULL, \
    applied_at BIGINT NOT NULL)
    """,
    "CREATE TABLE IF NOT EXISTS hive_collection (name TEXT NOT NULL PRIMARY KEY, spec TEXT NOT NULL)",
  ]
  private static let collections = "SELECT spec FROM hive_collection ORDER BY name"
  private static let keep = """
    INSERT INTO hive_collection (name, spec) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET spec = excluded.spec
    """
  private static let record = """
    INSERT INTO hive_migration (number, name, statements, applied_at) \
    SELECT coalesce(max(number), 0) + 1, ?1, ?2, ?3 FROM hive_migration
    """

  /// Makes the tables that every database has.
  package func prepare() throws(StorageError) {
    for sql in Migration.tables + EventLog.tables + OperationLog.tables + JobTable.tables { try session.run(sql) }
  }

  /// The collections as they were last migrated.
  package func stored() throws(StorageError) -> [CollectionSpec] {
    var specs: [CollectionSpec] = []
    for row in try session.query(Migration.collections) {
      do { specs.append(try CollectionSpec(json: JSON(parsing: row[0].text ?? ""), path: "hive_collection")) } catch {
        throw .engine("the recorded collections cannot be read: \(error)")
      }
    }
    return specs
  }

  /// - Returns: what was done, one line a change. The caller makes it all or nothing.
  package func run(to schema: Schema) throws(StorageError) -> [String] {
    let before = try stored()
    let old: Schema
    do { old = try Schema(before) } catch { throw .engine("the recorded collections do not fit together: \(error)") }
    var applied: [String] = []
    let plan = MigrationPlan(from: old, to: schema, dialect: session.dialect, now: now) { name throws(StorageError) in
      try session.query("SELECT 1 FROM \(quoted(name)) LIMIT 1").isEmpty
    }
    for change in try plan.changes() {
      for sql in change.statements {
        do { _ = try session.execute(Statement(sql)) } catch {
          guard case .unique = error else { throw error.storageError }
          throw .refused(field: change.subject, message: "rows that are there already are not unique")
        }
      }
      let statements = change.statements.joined(separator: ";\n")
      try session.run(Migration.record, [.text(change.name), .text(statements), .integer(now)])
      applied.append(change.name)
    }
    let known = Dictionary(before.map { ($0.name, $0) }) { first, _ in first }
    for name in schema.names {
      guard let spec = schema.collections[name]?.spec, known[name] != spec else { continue }
      try session.run(Migration.keep, [.text(name), .text(spec.json.text)])
    }
    return applied
  }
}
