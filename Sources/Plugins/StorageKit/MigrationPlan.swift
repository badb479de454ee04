import PluginProtocol

/// The difference of two schemas as SQL. Collections that are gone keep their tables: their plugin may come back.
struct MigrationPlan {
  private let old: Schema
  private let new: Schema
  private let dialect: any Dialect
  private let now: Int64
  private let isEmpty: (String) throws(StorageError) -> Bool

  struct Change {
    let name: String
    /// `collection`, or `collection.field`.
    let subject: String
    let statements: [String]
  }

  /// - Parameter isEmpty: whether a table has no rows: then a new field needs no value for them.
  init(
    from old: Schema, to new: Schema, dialect: any Dialect, now: Int64, isEmpty: @escaping (String) throws(StorageError) -> Bool
  ) {
    self.old = old
    self.new = new
    self.dialect = dialect
    self.now = now
    self.isEmpty = isEmpty
  }

  private var tables: TableSQL { TableSQL(schema: new, dialect: dialect) }

  /// New tables and their indexes come first, so that what refers to them finds them.
  func changes() throws(StorageError) -> [Change] {
    let all = new.names.compactMap { new.collections[$0] }
    let added = all.filter { old.collections[$0.name] == nil }
    var changes = added.map { collection in
      Change(
        name: "create \(collection.name)", subject: collection.name,
        statements: [tables.create(collection)] + tables.indexes(collection).map(\.sql))
    }
    for collection in all {
      guard let before = old.collections[collection.name] else { continue }
      changes += try alter(before, collection)
    }
    guard !dialect.hasInlineForeignKeys else { return changes }
    return changes
      + added.compactMap { collection in
        let keys = tables.foreignKeys(collection)
        guard !keys.isEmpty else { return nil }
        return Change(
          name: "link \(collection.name)", subject: collection.name,
          statements: keys.map { "ALTER TABLE \(quoted(collection.name)) ADD \($0)" })
      }
  }

  private func alter(_ before: StoredCollection, _ after: StoredCollection) throws(StorageError) -> [Change] {
    guard before.spec.tenancy == after.spec.tenancy else { throw refused(after.name, "the tenancy changed") }
    guard before.spec.key == after.spec.key else { throw refused(after.name, "the key changed") }
    let relaxed = try relaxed(before, after)
    let added = try added(before, after)
    let isAltered = !added.isEmpty || !relaxed.isEmpty
    let columns = isAltered ? [columns(TableChange(before: before, after: after, added: added, relaxed: relaxed, schema: new))] : []
    return columns + indexes(before, after, isRebuilt: isAltered)
  }

  private func columns(_ change: TableChange) -> Change {
    let words = change.added.map { "add \($0.field.name)" } + change.relaxed.map { "allow null in \($0.name)" }
    let name = change.after.name
    return Change(name: "\(name): \(words.joined(separator: ", "))", subject: name, statements: dialect.alter(change))
  }

  /// The fields that may be null from now on; every other difference of a field is refused.
  private func relaxed(_ before: StoredCollection, _ after: StoredCollection) throws(StorageError) -> [StoredField] {
    var relaxed: [StoredField] = []
    for field in before.fields {
      let path = "\(after.name).\(field.name)"
      guard let now = after.field(field.name) else { throw refused(path, "the field is gone, its data would be lost") }
      guard now.kind.isStored(like: field.kind) else { throw refused(path, "the type changed") }
      guard now.reference == field.reference else { throw refused(path, "the reference changed") }
      guard now.isNullable || !field.isNullable else { throw refused(path, "the field was nullable, rows may hold null") }
      if now.isNullable, !field.isNullable { relaxed.append(now) }
    }
    return relaxed
  }

  private func added(_ before: StoredCollection, _ after: StoredCollection) throws(StorageError) -> [TableChange.Column] {
    var added: [TableChange.Column] = []
    for field in after.fields where before.field(field.name) == nil {
      added.append(TableChange.Column(field: field, fill: try fill(field, after.name)))
    }
    return added
  }

  /// Indexes come and go freely; a rebuilt table has lost all of them, so all are made where they are missing.
  private func indexes(_ before: StoredCollection, _ after: StoredCollection, isRebuilt: Bool) -> [Change] {
    let oldNames = Set(TableSQL(schema: old, dialect: dialect).indexes(before).map(\.name))
    let wanted = tables.indexes(after)
    let gone = oldNames.subtracting(wanted.map(\.name)).sorted()
    var changes = gone.map {
      Change(name: "\(after.name): drop index \($0)", subject: after.name, statements: ["DROP INDEX IF EXISTS \(quoted($0))"])
    }
    for index in wanted where isRebuilt || !oldNames.contains(index.name) {
      let subject = index.uniqueFields.isEmpty ? after.name : "\(after.name).\(index.uniqueFields.joined(separator: ","))"
      changes.append(Change(name: "\(after.name): index \(index.name)", subject: subject, statements: [index.sql]))
    }
    return changes
  }

  /// What rows that are there already get in a new column.
  private func fill(_ field: StoredField, _ name: String) throws(StorageError) -> SQLValue {
    if field.isNullable, field.spec.defaultValue == nil { return .null }
    if field.target == nil, let value = try? ValueReader(now: now).absent(field) { return value }
    guard try isEmpty(name) else {
      throw refused(
        "\(name).\(field.name)",
        field.target == nil ? "a new field needs a default or must be nullable" : "a new reference must be nullable")
    }
    return .null
  }

  private func refused(_ path: String, _ message: String) -> StorageError {
    .refused(field: path, message: "\(message); only additions are made by themselves")
  }
}

extension ColumnKind {
  /// Whether rows written as `other` can be read as this: digits of a decimal may grow, an integer may widen.
  func isStored(like other: ColumnKind) -> Bool {
    switch (self, other) {
    case (.decimal(let digits, let places), .decimal(let oldDigits, let oldPlaces)): digits >= oldDigits && places == oldPlaces
    default: self == other
    }
  }
}
