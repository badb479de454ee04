import JSONRPC
import PluginProtocol

extension ModelStore {
  func read(_ read: StorageRead) -> JSON {
    switch read {
    case .select(let selection): return ["rows": .array(window(selection))]
    case .page(let selection):
      return ["count": .int(found(selection.collection, selection.filter).count), "rows": .array(window(selection))]
    case .get(var selection):
      selection.limit = 1
      return ["row": window(selection).first ?? .null]
    case .count(let name, let filter): return ["count": .int(found(name, filter).count)]
    case .aggregate(let aggregate): return ["rows": .array(groups(aggregate))]
    case .many(let reads): return ["results": .array(reads.map(self.read))]
    }
  }

  private func found(_ name: String, _ filter: [Condition]) -> [Row] { visible(name).filter { matches($0, filter, in: name) } }

  private func window(_ selection: StorageRead.Selection) -> [JSON] {
    let name = selection.collection
    return sorted(found(name, selection.filter), by: selection.order, in: name).dropFirst(selection.offset).prefix(selection.limit)
      .map { show($0, selection.shape, in: name) }
  }

  func show(_ row: Row, _ reference: ShapeReference, in name: String) -> JSON {
    let shape: Shape =
      switch reference {
      case .inline(let shape): shape
      case .named(let word): spec(name).shape(word) ?? Shape([])
      }
    return show(row, shape, in: name, above: [])
  }

  /// - Parameter above: the keys of the rows this one hangs below in a tree, so that a ring ends.
  private func show(_ row: Row, _ shape: Shape, in name: String, above: [JSON]) -> JSON {
    .object(
      JSONObject(
        shape.members.map { member in
          guard case .tree(let title, let parent, let order) = member else { return (member.name, self.member(member, row, name)) }
          let path = above + [row.values[key(name)] ?? .null]
          let below = sorted(children(name, parent, row, name), by: order, in: name).filter {
            !path.contains($0.values[key(name)] ?? .null)
          }
          return (title, .array(below.map { show($0, shape, in: name, above: path) }))
        }))
  }

  private func children(_ collection: String, _ by: String, _ row: Row, _ name: String, _ filter: [Condition] = []) -> [Row] {
    visible(collection).filter { $0.values[by] == row.values[key(name)] && matches($0, filter, in: collection) }
  }

  private func member(_ member: ShapeMember, _ row: Row, _ name: String) -> JSON {
    switch member {
    case .field(let field, _): return row.values[field] ?? .null
    case .lookup(_, let reference, let field): return value("\(reference).\(field)", of: row, in: name)
    case .one(_, let reference, let shape):
      return self.row(behind: reference, of: row, in: name).map { show($0.row, shape, in: $0.collection) } ?? .null
    case .many(_, let collection, let by, let shape, let order, let filter, let limit):
      let held = sorted(children(collection, by, row, name, filter), by: order, in: collection)
      return .array(held.prefix(limit ?? .max).map { show($0, shape, in: collection) })
    case .count(_, let collection, let by, let filter): return .int(children(collection, by, row, name, filter).count)
    case .sum(_, let collection, let by, let field):
      return sum(children(collection, by, row, name), field, collection, asNumber: false)
    case .isNull(_, let field): return .bool(row.values[field]?.isNull ?? true)
    case .number(_, let field):
      guard case .decimal(_, let places) = type(field, in: name), let value = row.values[field], !value.isNull else {
        return row.values[field] ?? .null
      }
      return ModelValue.double(ModelValue.scaled(value, places: places), places: places)
    case .value(_, let json): return json
    case .path(_, let parent, let field): return .string(path(row, parent, field, name))
    case .seconds, .tree: return .null
    }
  }

  private func path(_ row: Row, _ parent: String, _ field: String, _ name: String) -> String {
    var names = [row.values[field]?.string ?? ""]
    var above = self.row(behind: parent, of: row, in: name)
    while let (next, collection) = above, names.count < 65 {
      names.insert(next.values[field]?.string ?? "", at: 0)
      above = self.row(behind: "parent", of: next, in: collection)
    }
    return names.joined(separator: "/")
  }

  private func sum(_ rows: [Row], _ field: String, _ name: String, asNumber: Bool) -> JSON {
    let values = rows.compactMap { $0.values[field] }.filter { !$0.isNull }
    switch type(field, in: name) {
    case .decimal(_, let places):
      let total = values.reduce(Int64(0)) { $0 + ModelValue.scaled($1, places: places) }
      return asNumber ? ModelValue.double(total, places: places) : ModelValue.decimal(total, places: places)
    case .float: return .double(values.reduce(0.0) { $0 + ($1.double ?? 0) })
    default: return .int(values.reduce(Int64(0)) { $0 + ($1.int ?? 0) })
    }
  }

  private func groups(_ aggregate: StorageRead.Aggregate) -> [JSON] {
    let name = aggregate.collection
    let found = found(name, aggregate.filter)
    var groups: [([JSON], [Row])] = []
    for row in found {
      let values = aggregate.group.map { value($0, of: row, in: name) }
      if let index = groups.firstIndex(where: { $0.0 == values }) { groups[index].1.append(row) } else { groups.append((values, [row])) }
    }
    if aggregate.group.isEmpty, groups.isEmpty { groups = [([], [])] }
    groups.sort { left, right in
      for (index, path) in aggregate.group.enumerated() {
        let order = ModelValue.order(left.0[index], right.0[index], type(path, in: name))
        if order != 0 { return order < 0 }
      }
      return false
    }
    return groups.prefix(aggregate.limit).map { values, rows in
      var object: JSONObject = [:]
      for (path, value) in zip(aggregate.group, values) { object[path] = value }
      for measure in aggregate.measures { object[measure.name] = self.measure(measure, rows, name) }
      return .object(object)
    }
  }

  private func measure(_ measure: StorageRead.Measure, _ rows: [Row], _ name: String) -> JSON {
    let kind = type(measure.field, in: name)
    let values = rows.compactMap { $0.values[measure.field] }.filter { !$0.isNull }.sorted { ModelValue.order($0, $1, kind) < 0 }
    let shown: (JSON?) -> JSON = { json in
      guard let json else { return .null }
      guard case .decimal(_, let places) = kind else { return json }
      return ModelValue.double(ModelValue.scaled(json, places: places), places: places)
    }
    switch measure.function {
    case .count: return .int(rows.count)
    case .sum: return sum(rows, measure.field, name, asNumber: true)
    case .min: return shown(values.first)
    case .max: return shown(values.last)
    case .avg:
      guard !values.isEmpty else { return .null }
      guard case .decimal(_, let places) = kind else {
        return .double(values.reduce(0.0) { $0 + ($1.double ?? 0) } / Double(values.count))
      }
      let mean = values.reduce(0.0) { $0 + Double(ModelValue.scaled($1, places: places)) } / Double(values.count)
      var unit = 1.0
      for _ in 0..<places { unit *= 10 }
      return .double(mean / unit)
    }
  }
}
