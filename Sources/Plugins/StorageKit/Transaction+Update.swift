import JSONRPC
import PluginProtocol

extension Transaction {
  mutating func run(_ update: StorageStep.Update, to out: inout [UInt8]) throws(StorageError) {
    let collection = try compiler.collection(update.collection)
    let filter = try resolve(update.filter)
    try refuseShared(collection, filter)
    let changes = try changes(collection, set: update.set, increment: update.increment)
    try checkShared(changes, collection, filter)
    let isRuled = hasRules(changes, collection)
    let needsRow = update.returning != nil || update.name != nil || isRuled
    let statement = try compiler.update(collection, filter, changes, returnsKeys: needsRow)
    let keys: [JSON]
    let count: Int
    do {
      keys = needsRow ? try session.rows(statement).map { collection.key.kind.format.json($0[0]) } : []
      count = needsRow ? keys.count : try session.execute(statement)
    } catch {
      throw try explain(error, collection, changes)
    }
    if isRuled { try checkRules(of: keys, changes, collection) }
    try check(update.expect, count)
    out.append(contentsOf: "{\"count\":\(count)".utf8)
    try show(collection, keys.first, update.returning, update.name, to: &out)
    out.append(UInt8(ascii: "}"))
  }

  /// A field and the value it gets, or the amount it grows by.
  struct Change {
    let field: StoredField
    let value: SQLValue
    let isIncrement: Bool
  }

  /// What an update writes; the time of the last change goes along.
  func changes(_ collection: StoredCollection, set: JSONObject, increment: JSONObject) throws(StorageError) -> [Change] {
    var changes: [Change] = []
    for (name, json) in set.members {
      let field = try changeable(name, collection)
      changes.append(Change(field: field, value: try reader.column(resolve(json, for: field), field), isIncrement: false))
    }
    for (name, json) in increment.members {
      let field = try changeable(name, collection)
      guard field.kind.isNumeric, set[name] == nil else {
        throw .invalid(field: name, message: "Only numbers can be incremented, and once.")
      }
      changes.append(Change(field: field, value: try reader.read(resolve(json), as: field.kind, name: name), isIncrement: true))
    }
    for field in collection.fields where field.spec.auto == .updated && set[field.name] == nil {
      changes.append(Change(field: field, value: .integer(scope.now), isIncrement: false))
    }
    return changes
  }

  private func changeable(_ name: String, _ collection: StoredCollection) throws(StorageError) -> StoredField {
    guard let field = collection.field(name), name != "$key" else { throw .invalid(field: name, message: "There is no such field.") }
    guard field.role == .plain else { throw .invalid(field: name, message: "This field cannot be changed.") }
    return field
  }

  /// The row a write touched: in the reply, and for `$ref`.
  mutating func show(
    _ collection: StoredCollection, _ key: JSON?, _ shape: ShapeReference?, _ name: String?, to out: inout [UInt8]
  ) throws(StorageError) {
    var returned: [UInt8]?
    if let shape {
      returned = try key.map { key throws(StorageError) in try row(collection, key, shape) } ?? Array("null".utf8)
      out.append(contentsOf: ",\"row\":".utf8)
      out.append(contentsOf: returned ?? [])
    }
    guard let name, let key else { return }
    let all = Shape(collection.fields.map { .field($0.name, as: $0.name) })
    var object = (try? JSON(parsing: row(collection, key, .inline(all))))?.object ?? [:]
    if let returned, let shown = try? JSON(parsing: returned).object { object = object.merging(shown) }
    object["id"] = key
    named[name] = object
  }

  mutating func delete(
    _ name: String, _ filter: [Condition], _ expect: StorageStep.Expected?, to out: inout [UInt8]
  ) throws(StorageError) {
    let collection = try compiler.collection(name)
    let filter = try resolve(filter)
    try refuseShared(collection, filter)
    try checkHeld(collection, filter)
    let statement = try compiler.delete(collection, filter)
    let count: Int
    do { count = try session.execute(statement) } catch {
      guard error == .foreignKey else { throw error.storageError }
      throw .inUse(collection: try holder(of: collection, filter))
    }
    try check(expect, count)
    out.append(contentsOf: "{\"count\":\(count)}".utf8)
  }

  /// A tenant may see the rows that are everybody's, but not change them.
  func refuseShared(_ collection: StoredCollection, _ filter: [Condition]) throws(StorageError) {
    guard collection.spec.tenancy == .shared, !scope.isSystem else { return }
    if try session.number(compiler.count(collection.name, filter + [.isNull("tenant")])) > 0 {
      throw .readOnly(collection: collection.name)
    }
  }
}
