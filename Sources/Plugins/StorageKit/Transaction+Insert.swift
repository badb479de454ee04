import JSONRPC
import PluginProtocol

extension Transaction {
  mutating func run(_ insert: StorageStep.Insert, to out: inout [UInt8]) throws(StorageError) {
    let collection = try compiler.collection(insert.collection)
    if insert.name != nil, insert.rows.count != 1 {
      throw .malformed(SpecError("\(collection.name).as", "one row can have a name, not \(insert.rows.count)"))
    }
    let rows = try store(insert.rows, in: collection, stopsAtQuota: insert.stopsAtQuota)
    let key = collection.index(of: "$key") ?? 0
    let ids = rows.map { collection.key.kind.format.json($0[key]) }
    var returned: [[UInt8]] = []
    if let shape = insert.returning {
      for id in ids { returned.append(try self.row(collection, id, shape)) }
    }
    if let name = insert.name, let row = rows.first { keep(name, collection, row, returned.first) }
    out.append(contentsOf: "{\"count\":\(rows.count),\"ids\":".utf8)
    JSON.array(ids).write(to: &out)
    Transaction.write(returned, isSingle: insert.rows.count == 1, hasShape: insert.returning != nil, to: &out)
    out.append(UInt8(ascii: "}"))
  }

  /// Writes rows and gives their columns, the key filled in.
  func store(
    _ objects: [JSONObject], in collection: StoredCollection, stopsAtQuota: Bool
  ) throws(StorageError) -> [[SQLValue]] {
    guard !objects.isEmpty else { return [] }
    let key = collection.index(of: "$key") ?? 0
    let isCounted = collection.key.role == .serialKey && objects.allSatisfy { $0["id"] == nil }
    var rows = try columns(objects, collection, isCounted: isCounted)
    if stopsAtQuota { rows = try withinQuota(collection, rows) }
    guard !rows.isEmpty else { return [] }
    try checkShared(rows, collection)
    let compiled = compiler.insert(collection, isCounted: isCounted)
    let parameters = isCounted ? rows.map { row in Array(row[..<key] + row[(key + 1)...]) } : rows
    let generated: [SQLValue]
    do { generated = try session.batch(compiled, parameters) } catch {
      throw try explain(error.failure, collection, rows[error.row])
    }
    try checkQuota(collection, rows)
    if isCounted {
      guard generated.count == rows.count else { throw .engine("the engine returned no keys") }
      for index in rows.indices { rows[index][key] = generated[index] }
    }
    try checkRules(of: rows, collection)
    return rows
  }

  /// Every column of every row, in the collection's order.
  private func columns(_ objects: [JSONObject], _ collection: StoredCollection, isCounted: Bool) throws(StorageError) -> [[SQLValue]] {
    var absent: [SQLValue?] = Array(repeating: nil, count: collection.fields.count)
    var rows: [[SQLValue]] = []
    rows.reserveCapacity(objects.count)
    for object in objects {
      var row: [SQLValue?] = Array(repeating: nil, count: collection.fields.count)
      for (name, json) in object.members {
        guard let index = collection.index(of: name) else { throw .invalid(field: name, message: "There is no such field.") }
        let field = collection.fields[index]
        let value = try resolve(json, for: field)
        if field.role == .uuidKey && value.isNull { continue }
        row[index] = try reader.column(value, field)
      }
      for (index, field) in collection.fields.enumerated() {
        switch field.role {
        case .tenant: row[index] = try tenant(row[index], collection)
        case .uuidKey: row[index] = row[index] ?? .text(UUIDText.random())
        case .serialKey:
          guard isCounted || row[index] != nil else {
            throw .invalid(field: "id", message: "All rows of an insert name their id, or none.")
          }
        case .fieldKey, .plain:
          guard row[index] == nil else { continue }
          if absent[index] == nil { absent[index] = try reader.absent(field) }
          row[index] = absent[index]
        }
      }
      rows.append(row.map { $0 ?? .null })
    }
    return rows
  }

  /// The tenant of a new row.
  private func tenant(_ given: SQLValue?, _ collection: StoredCollection) throws(StorageError) -> SQLValue {
    if scope.isSystem {
      if let given { return given }
      if collection.spec.tenancy == .shared { return .null }
      guard let tenant = scope.tenant else { throw .invalid(field: "tenant", message: "This field is required.") }
      return .text(tenant)
    }
    guard let tenant = scope.tenant else { throw .denied("\(collection.name) needs a tenant") }
    guard given == nil || given == .text(tenant) else { throw .denied("\(collection.name).tenant is another's") }
    return .text(tenant)
  }

  /// Keeps a row for `$ref`: its columns, and over them what the shape gave.
  mutating func keep(_ name: String, _ collection: StoredCollection, _ row: [SQLValue], _ returned: [UInt8]?) {
    var object: JSONObject = [:]
    for (field, value) in zip(collection.fields, row) { object[field.name] = field.kind.format.json(value) }
    if let returned, let shown = try? JSON(parsing: returned).object { object = object.merging(shown) }
    object["id"] = object[collection.key.name] ?? .null
    named[name] = object
  }

  /// One row in a shape, found by its key.
  func row(_ collection: StoredCollection, _ key: JSON, _ shape: ShapeReference) throws(StorageError) -> [UInt8] {
    let query = try compiler.select(.init(collection.name, filter: [.eq("$key", key)], limit: 1, shape: shape))
    var out: [UInt8] = []
    do { _ = try session.write(query, to: &out) } catch { throw error.storageError }
    return out.isEmpty ? Array("null".utf8) : out
  }

  /// `,"row":…` for one row, `,"rows":[…]` for several.
  static func write(_ returned: [[UInt8]], isSingle: Bool, hasShape: Bool, to out: inout [UInt8]) {
    guard hasShape else { return }
    out.append(contentsOf: (isSingle ? ",\"row\":" : ",\"rows\":[").utf8)
    if isSingle, returned.isEmpty { out.append(contentsOf: "null".utf8) }
    for (index, row) in returned.enumerated() {
      if index > 0 { out.append(UInt8(ascii: ",")) }
      out.append(contentsOf: row)
    }
    if !isSingle { out.append(UInt8(ascii: "]")) }
  }
}
