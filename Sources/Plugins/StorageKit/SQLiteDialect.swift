import PluginProtocol

/// SQLite 3.38 and later. The functions `hive_object` and `hive_contains` are registered by the driver.
package struct SQLiteDialect: Dialect {
  package init() {}

  package func placeholder(_ index: Int, _ kind: ColumnKind) -> String { "?\(index)" }

  package func output(_ expression: String, _ kind: ColumnKind) -> String { expression }

  package func isDistinct(_ left: String, from right: String) -> String { "\(left) IS NOT \(right)" }

  package func comparable(_ expression: String, _ kind: ColumnKind) -> String { expression }

  package func orderTerm(_ expression: String, _ kind: ColumnKind, isDescending: Bool) -> String {
    isDescending ? "\(expression) DESC" : expression
  }

  package func contains(_ text: String, _ part: String) -> String { "hive_contains(\(text), \(part))" }

  /// SQLite's own JSON functions print doubles with 15 digits; ours write the wire form.
  package func object(_ members: [OutputMember]) -> String {
    let plan = RowPlan(members.map { ($0.name, $0.format) })
    return "hive_object(" + (["'\(plan.text)'"] + members.map(\.expression)).joined(separator: ", ") + ")"
  }

  /// SQLite keeps the order of a sub-query for group_concat (select.c, flattening rule 16).
  package func array(element: String, source: String) -> String {
    "(SELECT '[' || coalesce(group_concat(element, ','), '') || ']' FROM (SELECT \(element) AS element FROM \(source)))"
  }

  package func joined(column: String, source: String) -> String { "(SELECT group_concat(\(column), '/') FROM \(source))" }

  package func columnType(_ field: StoredField) -> String {
    if field.role == .serialKey { return "INTEGER PRIMARY KEY AUTOINCREMENT" }
    let type = SQLiteDialect.type(field.kind)
    switch field.role {
    case .serialKey, .uuidKey: return "\(type) NOT NULL PRIMARY KEY"
    case .fieldKey: return field.kind == .text ? "\(type) NOT NULL" : "\(type) NOT NULL PRIMARY KEY"
    case .tenant, .plain: return field.isNullable ? type : "\(type) NOT NULL"
    }
  }

  private static func type(_ kind: ColumnKind) -> String {
    switch kind {
    case .text, .json, .uuid: "TEXT"
    case .integer, .bigint, .decimal, .boolean, .datetime: "INTEGER"
    case .float: "REAL"
    }
  }

  package func literal(_ value: SQLValue, _ kind: ColumnKind) -> String {
    switch value {
    case .null: "NULL"
    case .integer(let number): String(number)
    case .real(let number): "\(number)"
    case .text(let text): "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
    }
  }

  package var rowLock: String { "" }

  package var tableOptions: String { " STRICT" }

  package var hasInlineForeignKeys: Bool { true }

  package var tenantOrNone: String { "coalesce(\"tenant\", '')" }

  /// SET NULL on the pair would null the tenant too: the reference alone is nulled, and the pair is checked at the statement's end.
  package func foreignKeys(_ field: StoredField, to target: StoredCollection) -> [String] {
    let column = quoted(field.name)
    let plain = "FOREIGN KEY (\(column)) REFERENCES \(quoted(target.name)) (\(quoted(target.key.name)))"
    let isPair = target.spec.tenancy == .owned
    let pair = "FOREIGN KEY (\"tenant\", \(column)) REFERENCES \(quoted(target.name)) (\"tenant\", \(quoted(target.key.name)))"
    switch field.onDelete {
    case .cascade: return [(isPair ? pair : plain) + " ON DELETE CASCADE"]
    case .null: return isPair ? [plain + " ON DELETE SET NULL", pair] : [plain + " ON DELETE SET NULL"]
    case .restrict, nil: return [isPair ? pair : plain]
    }
  }

  package func alter(_ change: TableChange) -> [String] {
    let needsRebuild =
      !change.relaxed.isEmpty
      || change.added.contains { column in
        column.fill == .null && !column.field.isNullable
          || change.schema.collections[column.field.target ?? ""]?.spec.tenancy == .owned
      }
    guard needsRebuild else {
      return change.added.map { column in
        let (field, fill) = (column.field, column.fill)
        var sql = "ALTER TABLE \(quoted(change.after.name)) ADD COLUMN \(quoted(field.name)) \(columnType(field))"
        if fill != .null { sql += " DEFAULT \(literal(fill, field.kind))" }
        if let target = change.schema.collections[field.target ?? ""] {
          sql += " REFERENCES \(quoted(target.name)) (\(quoted(target.key.name)))"
          if field.onDelete == .null { sql += " ON DELETE SET NULL" }
          if field.onDelete == .cascade { sql += " ON DELETE CASCADE" }
        }
        return sql
      }
    }
    return rebuild(change)
  }

  /// The procedure of https://sqlite.org/lang_altertable.html, section 7; the driver switches foreign keys off around it.
  private func rebuild(_ change: TableChange) -> [String] {
    let (name, fresh) = (quoted(change.after.name), "hive_rebuild")
    let old = change.before.fields.map { quoted($0.name) }
    let columns = old + change.added.map { quoted($0.field.name) }
    let values = old + change.added.map { literal($0.fill, $0.field.kind) }
    var steps = [
      TableSQL(schema: change.schema, dialect: self).create(change.after, named: fresh),
      "INSERT INTO \(fresh) (\(columns.joined(separator: ", "))) SELECT \(values.joined(separator: ", ")) FROM \(name)",
    ]
    if change.after.key.role == .serialKey {
      let last = "(SELECT seq FROM sqlite_sequence WHERE name = '\(change.after.name)')"
      steps.append("UPDATE sqlite_sequence SET seq = \(last) WHERE name = '\(fresh)' AND seq < \(last)")
    }
    return steps + ["DROP TABLE \(name)", "ALTER TABLE \(fresh) RENAME TO \(name)"]
  }

  package func numbered(_ sql: String) -> String { sql }
}
