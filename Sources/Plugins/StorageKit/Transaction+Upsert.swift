import JSONRPC
import PluginProtocol

extension Transaction {
  mutating func run(_ upsert: StorageStep.Upsert, to out: inout [UInt8]) throws(StorageError) {
    let collection = try compiler.collection(upsert.collection)
    guard collection.isUnique(upsert.match) else {
      throw .malformed(SpecError("\(collection.name).match", "\(upsert.match.joined(separator: ", ")) is not a unique key"))
    }
    var values = upsert.values
    var filter: [Condition] = []
    for name in upsert.match {
      guard let field = collection.field(name), let json = values[field.name] ?? values[name] else {
        throw .invalid(field: name, message: "The values must hold every match field.")
      }
      let value = try resolve(json)
      values[field.name] = value
      filter.append(.eq(field.name, value))
    }
    if scope.isSystem, collection.hasTenant {
      filter.append(.eq("tenant", values["tenant"] ?? JSON(collection.spec.tenancy == .shared ? nil : scope.tenant)))
    }
    try refuseShared(collection, filter)
    let found = try session.query(compiler.keys(collection, filter))
    let id: JSON
    if let key = found.first?.first {
      id = collection.key.kind.format.json(key)
      try overwrite(upsert, values, collection, id)
    } else {
      guard let row = try store([values], in: collection, stopsAtQuota: upsert.stopsAtQuota).first else {
        out.append(contentsOf: "{\"count\":0,\"created\":false,\"ids\":[]}".utf8)
        return
      }
      id = collection.key.kind.format.json(row[collection.index(of: "$key") ?? 0])
    }
    out.append(contentsOf: "{\"count\":1,\"created\":\(found.isEmpty),\"ids\":[".utf8)
    id.write(to: &out)
    out.append(UInt8(ascii: "]"))
    try show(collection, id, upsert.returning, upsert.name, to: &out)
    out.append(UInt8(ascii: "}"))
  }

  private func overwrite(
    _ upsert: StorageStep.Upsert, _ values: JSONObject, _ collection: StoredCollection, _ id: JSON
  ) throws(StorageError) {
    var set: JSONObject = [:]
    let names = upsert.set ?? values.names.filter { name in !upsert.match.contains(name) && collection.field(name)?.role == .plain }
    for name in names where upsert.increment[name] == nil { set[name] = values[name] }
    let changes = try changes(collection, set: set, increment: upsert.increment)
    let filter: [Condition] = [.eq("$key", id)]
    try checkShared(changes, collection, filter)
    let statement = try compiler.update(collection, filter, changes, returnsKeys: false)
    do { _ = try session.execute(statement) } catch { throw try explain(error, collection, changes) }
    if hasRules(changes, collection) { try checkRules(of: [id], changes, collection) }
  }
}
