import JSONRPC
import PluginProtocol

extension ModelStore {
  /// One step; ids of new rows are those the driver gave.
  ///
  /// - Returns: the step's result without ids.
  mutating func apply(_ step: StorageStep, ids: [JSON], fresh: () -> JSON) throws(Failure) -> JSON {
    switch step {
    case .insert(let insert):
      try store(insert.rows, in: insert.collection, ids: ids, fresh: fresh)
      return ["count": .int(insert.rows.count)]
    case .update(let update):
      let found = try writable(update.collection, update.filter)
      try change(update.collection, found, set: update.set, increment: update.increment)
      return ["count": .int(found.count)]
    case .upsert(let upsert):
      let filter = upsert.match.map { Condition.eq($0, upsert.values[$0] ?? .null) }
      let found = try writable(upsert.collection, filter)
      guard let first = found.first else {
        try store([upsert.values], in: upsert.collection, ids: ids, fresh: fresh)
        return ["count": 1, "created": true]
      }
      var set: JSONObject = [:]
      for name in upsert.set ?? upsert.values.names where !upsert.match.contains(name) && upsert.increment[name] == nil {
        set[name] = upsert.values[name]
      }
      try change(upsert.collection, [first], set: set, increment: upsert.increment)
      return ["count": 1, "created": false]
    case .delete(let name, let filter, _):
      let found = try writable(name, filter)
      try delete(name, keys: found.map { rows[name, default: []][$0].values[key(name)] ?? .null })
      return ["count": .int(found.count)]
    case .expect(let expectation):
      let count = visible(expectation.collection).count { matches($0, expectation.filter, in: expectation.collection) }
      guard count >= expectation.minimum, count <= expectation.maximum ?? .max else { throw Failure(code: "expectation") }
      return ["count": .int(count)]
    default: return .null
    }
  }

  /// The places of the rows to change.
  private func writable(_ name: String, _ filter: [Condition]) throws(Failure) -> [Int] {
    let all = rows[name, default: []]
    let seen = all.indices.filter { isVisible(all[$0], in: name) && matches(all[$0], filter, in: name) }
    guard seen.allSatisfy({ isWritable(all[$0], in: name) }) else { throw Failure(code: "read_only") }
    return seen
  }

  private mutating func store(_ objects: [JSONObject], in name: String, ids: [JSON], fresh: () -> JSON) throws(Failure) {
    var new: [Row] = []
    for (index, object) in objects.enumerated() {
      var row = Row(tenant: spec(name).tenancy == .global ? nil : tenant, values: [:])
      for field in spec(name).fields {
        row.values[field.name] = try wire(object[field.name] ?? ModelStore.absent(field), field)
      }
      if spec(name).field(key(name)) == nil { row.values["id"] = index < ids.count ? ids[index] : fresh() }
      new.append(row)
    }
    for row in new { try checkReferences(row, in: name, to: .shared) }
    for row in new {
      try checkUnique(row, in: name)
      try checkReferences(row, in: name, to: .owned)
      try checkReferences(row, in: name, to: .global)
      rows[name, default: []].append(row)
    }
  }

  private static func absent(_ field: FieldSpec) -> JSON {
    if field.auto != nil { return "2026-01-01T00:00:00Z" }
    if let value = field.defaultValue { return value }
    if field.isNullable || field.isRequired { return .null }
    return field.type == .text ? "" : field.type == .json ? [:] : 0
  }

  private func wire(_ json: JSON, _ field: FieldSpec) throws(Failure) -> JSON {
    guard !json.isNull else {
      guard field.isNullable else { throw Failure(code: "invalid", named: .string(field.name)) }
      return .null
    }
    if field.type == .text, json.string == nil { throw Failure(code: "invalid", named: .string(field.name)) }
    return ModelValue.wire(json, field.type)
  }

  private mutating func change(_ name: String, _ places: [Int], set: JSONObject, increment: JSONObject) throws(Failure) {
    var values: [String: JSON] = [:]
    for (field, json) in set.members {
      guard let spec = spec(name).field(field) else { throw Failure(code: "invalid", named: .string(field)) }
      values[field] = try wire(json, spec)
    }
    let before = rows[name, default: []]
    for place in places {
      var row = before[place]
      row.values.merge(values) { _, new in new }
      for (field, amount) in increment.members {
        row.values[field] = ModelStore.sum(row.values[field] ?? .null, amount, type(field, in: name))
      }
      rows[name]?[place] = row
    }
    // A shared target is looked up before anything is written, the rest is what the engine sees at the end.
    for place in places { try checkReferences(rows[name, default: []][place], in: name, to: .shared, only: Set(values.keys)) }
    for place in places { try checkUnique(rows[name, default: []][place], in: name, at: place) }
    for place in places { try checkReferences(rows[name, default: []][place], in: name, to: .owned, only: Set(values.keys)) }
  }

  private static func sum(_ left: JSON, _ right: JSON, _ type: FieldType) -> JSON {
    switch type {
    case .decimal(_, let places):
      ModelValue.decimal(ModelValue.scaled(left, places: places) + ModelValue.scaled(right, places: places), places: places)
    case .float: .double((left.double ?? 0) + (right.double ?? 0))
    default: .int((left.int ?? 0) + (right.int ?? 0))
    }
  }

  private func checkUnique(_ row: Row, in name: String, at place: Int? = nil) throws(Failure) {
    let others = rows[name, default: []].enumerated().filter { $0.offset != place }.map(\.element)
    let keyName = key(name)
    if others.contains(where: { $0.values[keyName] == row.values[keyName] }) { throw Failure(code: "not_unique", named: JSON([keyName])) }
    let isShared = spec(name).tenancy == .shared
    for fields in spec(name).unique.map(\.fields) where fields.allSatisfy({ row.values[$0]?.isNull == false }) {
      let isTaken = others.contains { other in
        (other.tenant == row.tenant || isShared && other.tenant == nil) && fields.allSatisfy { other.values[$0] == row.values[$0] }
      }
      if isTaken { throw Failure(code: "not_unique", named: JSON(fields)) }
    }
  }

  /// Every reference to a collection of this tenancy must find a row of the same tenant, or of nobody where the target is shared.
  private func checkReferences(
    _ row: Row, in name: String, to tenancy: CollectionSpec.Tenancy, only: Set<String>? = nil
  ) throws(Failure) {
    for field in spec(name).fields where only?.contains(field.name) ?? true {
      guard case .reference(let to, _) = field.type, spec(to).tenancy == tenancy, let value = row.values[field.name], !value.isNull else {
        continue
      }
      let isThere = rows[to, default: []].contains { target in
        target.values[key(to)] == value && (tenancy == .global || target.tenant == row.tenant || tenancy == .shared && target.tenant == nil)
      }
      guard isThere else { throw Failure(code: "no_reference", named: .string(field.name)) }
    }
  }

  private mutating func delete(_ name: String, keys: [JSON]) throws(Failure) {
    var gone: [String: Set<JSON>] = [:]
    var waiting = keys.map { (name, $0) }
    while let (collection, value) = waiting.popLast() {
      guard gone[collection, default: []].insert(value).inserted else { continue }
      for child in specs.values {
        for field in child.fields where field.type == .reference(to: collection, onDelete: .cascade) {
          let held = rows[child.name, default: []].filter { $0.values[field.name] == value }
          waiting += held.map { (child.name, $0.values[key(child.name)] ?? .null) }
        }
      }
    }
    for (collection, values) in gone {
      let keyName = key(collection)
      rows[collection]?.removeAll { values.contains($0.values[keyName] ?? .null) }
    }
    for child in specs.values {
      for field in child.fields {
        guard case .reference(let to, let onDelete) = field.type, let values = gone[to] else { continue }
        for index in rows[child.name, default: []].indices {
          guard let value = rows[child.name]?[index].values[field.name], values.contains(value) else { continue }
          if onDelete == .restrict { throw Failure(code: "in_use") }
          rows[child.name]?[index].values[field.name] = .null
        }
      }
    }
  }
}
