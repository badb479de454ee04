import JSONRPC
import PluginProtocol

extension Transaction {
  /// A value of a column: `$ref` and `$next` are replaced; a JSON column's value is data and stays as it is.
  func resolve(_ json: JSON, for field: StoredField) throws(StorageError) -> JSON {
    guard field.kind != .json else { return json }
    return try resolve(json)
  }

  func resolve(_ json: JSON) throws(StorageError) -> JSON {
    guard let object = json.object, object.count == 1, let member = object.members.first else { return json }
    switch member.name {
    case "$ref":
      guard let text = member.value.string, let value = lookUp(text) else {
        throw .malformed(SpecError("$ref", "\(member.value.text) names no earlier step and field"))
      }
      return value
    case "$next":
      do {
        var reader = try SpecReader(member.value, "$next")
        let (collection, field) = (try reader.require("collection"), try reader.require("field"))
        let filter = try reader.list("filter", Condition.init)
        try reader.finish()
        return .int(try session.number(compiler.next(collection, field: field, resolve(filter))))
      } catch let error as SpecError {
        throw .malformed(error)
      } catch let error as StorageError {
        throw error
      } catch {
        throw .engine("\(error)")
      }
    default: return json
    }
  }

  func resolve(_ filter: [Condition]) throws(StorageError) -> [Condition] {
    var resolved: [Condition] = []
    for condition in filter { resolved.append(try resolve(condition)) }
    return resolved
  }

  private func resolve(_ condition: Condition) throws(StorageError) -> Condition {
    switch condition {
    case .any(let groups):
      var resolved: [[Condition]] = []
      for group in groups { resolved.append(try resolve(group)) }
      return .any(resolved)
    case .compare(let field, let op, let value):
      guard let items = value.array else { return .compare(field: field, op: op, value: try resolve(value)) }
      var values: [JSON] = []
      for item in items { values.append(try resolve(item)) }
      return .compare(field: field, op: op, value: .array(values))
    }
  }

  func resolve(_ read: StorageRead) throws(StorageError) -> StorageRead {
    switch read {
    case .select(var selection):
      selection.filter = try resolve(selection.filter)
      return .select(selection)
    case .page(var selection):
      selection.filter = try resolve(selection.filter)
      return .page(selection)
    case .get(var selection):
      selection.filter = try resolve(selection.filter)
      return .get(selection)
    case .count(let collection, let filter): return .count(collection: collection, filter: try resolve(filter))
    case .aggregate(var aggregate):
      aggregate.filter = try resolve(aggregate.filter)
      return .aggregate(aggregate)
    case .many(let reads):
      var resolved: [StorageRead] = []
      for read in reads { resolved.append(try resolve(read)) }
      return .many(resolved)
    }
  }

  /// Data that may hold `$ref` anywhere; one that names no earlier step is somebody's data and stays.
  func resolveDeep(_ json: JSON) -> JSON {
    switch json {
    case .array(let items): return .array(items.map(resolveDeep))
    case .object(let object):
      if object.count == 1, let text = object["$ref"]?.string, let value = lookUp(text) { return value }
      return .object(JSONObject(object.members.map { ($0.name, resolveDeep($0.value)) }))
    default: return json
    }
  }

  private func lookUp(_ text: String) -> JSON? {
    let (name, field) = FieldPath.split(text)
    return field.flatMap { named[name]?[$0] }
  }
}
