import JSONRPC
import PluginProtocol

/// What references demand of the rows they point at, beyond that they are there: `matching`, `max_levels`, `holds`, and that a tenant's row
/// takes no key from a row that is everybody's.
extension Transaction {
  /// Rows that were just written, by their columns.
  func checkRules(of rows: [[SQLValue]], _ collection: StoredCollection) throws(StorageError) {
    let key = collection.index(of: "$key") ?? 0
    for (index, field) in collection.fields.enumerated() where !field.spec.matching.isEmpty || field.spec.levelLimit != nil {
      var known: Set<[SQLValue]> = []
      for row in rows where row[index] != .null {
        let own = field.spec.matching.values.sorted().map { row[collection.index(of: $0) ?? key] }
        guard known.insert([row[index]] + own).inserted else { continue }
        for (theirs, name) in field.spec.matching {
          try match(field, row[index], theirs, row[collection.index(of: name) ?? key], collection.field(name))
        }
        if let limit = field.spec.levelLimit { try checkLevels(of: row[key], below: row[index], field, collection, limit) }
      }
    }
    let tenant = collection.index(of: "tenant")
    for key in sharedKeys(collection) {
      for row in rows where tenant.map({ row[$0] }) != .null {
        try checkFree(key, key.fields.map { row[collection.index(of: $0) ?? 0] }, collection)
      }
    }
  }

  /// Whether a change of these fields can break a rule, so that the rows it touched must be known.
  func hasRules(_ changes: [Change], _ collection: StoredCollection) -> Bool {
    let changed = Set(changes.map(\.field.name))
    return collection.fields.contains { $0.isRuled && (changed.contains($0.name) || !changed.isDisjoint(with: $0.spec.matching.values)) }
      || sharedKeys(collection).contains { !changed.isDisjoint(with: $0.fields) }
      || schema.references(to: collection.name).contains { !changed.isDisjoint(with: $0.field.spec.matching.keys) }
  }

  /// Rows that were just changed, by their keys.
  func checkRules(of keys: [JSON], _ changes: [Change], _ collection: StoredCollection) throws(StorageError) {
    for key in keys {
      var row: [SQLValue] = []
      for field in collection.fields {
        row.append(try session.query(compiler.column(field.name, collection, [.eq("$key", key)])).first?.first ?? .null)
      }
      try checkRules(of: [row], collection)
      for (child, field) in schema.references(to: collection.name) {
        for change in changes where !change.isIncrement {
          guard let own = field.spec.matching[change.field.name] else { continue }
          let value = change.field.kind.format.json(change.value)
          guard try session.number(compiler.ofRules.count(child.name, [.eq(field.name, key), .ne(own, value)])) > 0 else { continue }
          throw .invalid(field: change.field.name, message: "Rows of \(child.name) refer to it that have another one.")
        }
      }
    }
  }

  /// A row cannot go while one that holds it is there.
  func checkHeld(_ collection: StoredCollection, _ filter: [Condition]) throws(StorageError) {
    let holders = schema.references(to: collection.name).filter { $0.field.spec.holds != nil }
    guard !holders.isEmpty else { return }
    let keys = try session.query(compiler.keys(collection, filter)).map { collection.key.kind.format.json($0[0]) }
    for (child, field) in holders {
      for start in stride(from: 0, to: keys.count, by: 1024) {
        let some = Array(keys[start..<min(start + 1024, keys.count)])
        let held = try compiler.ofRules.count(child.name, (field.spec.holds ?? []) + [.isIn(field.name, some)])
        guard try session.number(held) == 0 else { throw .inUse(collection: child.name) }
      }
    }
  }

  private func match(
    _ field: StoredField, _ value: SQLValue, _ theirs: String, _ own: SQLValue, _ ownField: StoredField?
  ) throws(StorageError) {
    guard let name = field.target, let ownField else { return }
    let filter: [Condition] = [.eq("$key", field.kind.format.json(value)), .eq(theirs, ownField.kind.format.json(own))]
    guard try session.number(compiler.ofRules.count(name, filter)) == 0 else { return }
    throw .invalid(field: field.name, message: "This \(name.replacing("_", with: " ")) has another \(theirs).")
  }

  /// Walks up to the root, for rings and height, and down below the row.
  private func checkLevels(
    of key: SQLValue, below parent: SQLValue, _ field: StoredField, _ collection: StoredCollection, _ limit: Int
  ) throws(StorageError) {
    var levels = 1
    var at = parent
    while at != .null {
      guard at != key else { throw .invalid(field: field.name, message: "A \(collection.name) cannot lie inside itself.") }
      levels += 1
      guard levels <= limit else { throw tooDeep(field, limit) }
      let up = try compiler.column(field.name, collection, [.eq("$key", field.kind.format.json(at))])
      at = try session.query(up).first?.first ?? .null
    }
    var layer = [key]
    while !layer.isEmpty {
      guard levels <= limit else { throw tooDeep(field, limit) }
      var next: [SQLValue] = []
      for start in stride(from: 0, to: layer.count, by: 1024) {
        let some = layer[start..<min(start + 1024, layer.count)].map { field.kind.format.json($0) }
        next += try session.query(compiler.keys(collection, [.isIn(field.name, some)])).map { $0[0] }
      }
      layer = next
      levels += 1
    }
  }

  private func tooDeep(_ field: StoredField, _ limit: Int) -> StorageError {
    .invalid(field: field.name, message: "Nested too deeply: at most \(limit) levels.")
  }

  /// The unique keys that a tenant's rows share with those of everybody.
  private func sharedKeys(_ collection: StoredCollection) -> [UniqueSpec] {
    collection.spec.tenancy == .shared ? collection.spec.unique : []
  }

  private func checkFree(_ key: UniqueSpec, _ values: [SQLValue], _ collection: StoredCollection) throws(StorageError) {
    var filter: [Condition] = [.isNull("tenant")]
    for (name, value) in zip(key.fields, values) {
      guard value != .null, let field = collection.field(name) else { return }
      filter.append(.eq(name, field.kind.format.json(value)))
    }
    if let condition = key.condition { filter.append(.eq(condition, true)) }
    if try session.number(compiler.count(collection.name, filter)) > 0 { throw .notUnique(fields: key.fields) }
  }
}

extension StoredField {
  fileprivate var isRuled: Bool { !spec.matching.isEmpty || spec.levelLimit != nil }
}
