import JSONRPC

/// As much of the capability `storage` as chat uses, in memory: transactions all or nothing, references between steps, one shape per collection.
actor FakeStorage {
  private(set) var tables: [String: [JSONObject]] = [:]
  private(set) var events: [JSONObject] = []
  private var lastID: Int64 = 0
  private let unique = ["llm_call": ["round", "step", "attempt", "call"]]
  /// Collections that are not there.
  private let missing: Set<String>

  init(missing: Set<String> = []) { self.missing = missing }

  func rows(_ collection: String) -> [JSONObject] { tables[collection] ?? [] }

  @discardableResult
  func add(_ collection: String, _ row: JSONObject) -> Int64 {
    lastID += 1
    tables[collection, default: []].append(row.merging(["id": row["id"] ?? .int(lastID), "created_at": .string("T\(lastID)")]))
    return lastID
  }

  func answer(_ method: String, _ params: JSON) throws(RPCError) -> JSON {
    switch method {
    case "storage.read": return read(params, [:])
    case "storage.transact": return ["results": .array(try transact(params["steps"].array ?? []))]
    default: throw RPCError(.unavailable, "nothing serves \(method)")
    }
  }

  private func transact(_ steps: [JSON]) throws(RPCError) -> [JSON] {
    let (tables, events) = (self.tables, self.events)
    var named: [String: JSONObject] = [:]
    var results: [JSON] = []
    do {
      for step in steps { results.append(try run(step, &named)) }
      return results
    } catch {
      (self.tables, self.events) = (tables, events)
      throw error
    }
  }

  private func run(_ step: JSON, _ named: inout [String: JSONObject]) throws(RPCError) -> JSON {
    let collection = step["collection"].string ?? ""
    if missing.contains(collection) { throw RPCError(.invalidParams, "\(collection) is not a known collection") }
    switch step["op"].string {
    case "insert":
      var inserted: [JSONObject] = []
      for values in step["rows"].array ?? [step["values"]] {
        let row = resolve(values, named).object ?? [:]
        if let key = unique[collection], rows(collection).contains(where: { old in key.allSatisfy { old[$0] == row[$0] } }) {
          throw .application("not_unique", status: 409, "not unique")
        }
        add(collection, collection == "llm_call" || collection == "usage_record" ? row.merging(["id": .string("uuid-\(lastID + 1)")]) : row)
        inserted.append(tables[collection]?.last ?? [:])
      }
      if let name = step["as"].string { named[name] = inserted[0] }
      let shown = inserted.map { shape(collection, $0) }
      return ["count": .int(inserted.count), "ids": .array(inserted.map { $0["id"] ?? .null }), "rows": .array(shown), "row": shown[0]]
    case "update":
      let indexes = (tables[collection] ?? []).indices.filter { matches(rows(collection)[$0], step["filter"], named) }
      if let expected = step["expect"]["count"].int, expected != Int64(indexes.count) {
        throw .application("expectation", status: 409, "expectation", more: ["tag": step["expect"]["tag"]])
      }
      for index in indexes {
        var row = rows(collection)[index].merging(resolve(step["set"], named).object ?? [:])
        for (name, more) in step["increment"].object?.members ?? [] {
          row[name] = .double((Double(row[name]?.string ?? "") ?? row[name]?.double ?? 0) + (Double(more.string ?? "") ?? more.double ?? 0))
        }
        tables[collection]?[index] = row
      }
      return ["count": .int(indexes.count)]
    case "delete":
      tables[collection]?.removeAll { matches($0, step["filter"], named) }
      if collection == "requirement" {
        tables["delivery_standard"]?.removeAll { standard in !rows("requirement").contains { $0["id"] == standard["requirement"] } }
      }
      return ["count": 0]
    case "event":
      events.append(resolve(step, named).object ?? [:])
      return ["seq": .null, "position": .int(events.count)]
    case "read": return read(step["read"], named)
    default: throw RPCError(.invalidParams, "unknown step \(step["op"].text)")
    }
  }

  private func read(_ read: JSON, _ named: [String: JSONObject]) -> JSON {
    if read["op"] == "many" { return ["results": .array((read["reads"].array ?? []).map { self.read($0, named) })] }
    let collection = read["collection"].string ?? ""
    var found = rows(collection).filter { matches($0, read["filter"], named) }
    if read["order"][0].string?.hasPrefix("-") == true { found.reverse() }
    let shown = found.prefix(Int(read["limit"].int ?? 100)).map { shape(collection, $0) }
    return read["op"] == "get" ? ["row": shown.first ?? .null] : ["rows": .array(Array(shown))]
  }

  private func matches(_ row: JSONObject, _ filter: JSON, _ named: [String: JSONObject]) -> Bool {
    (filter.array ?? []).allSatisfy { condition in
      let name = condition[0].string ?? ""
      let value = row[name == "$key" ? "id" : name] ?? .null
      let wanted = resolve(condition[2], named)
      return condition[1] == "in" ? (wanted.array ?? []).contains(value) : value == wanted
    }
  }

  private func shape(_ collection: String, _ row: JSONObject) -> JSON {
    guard collection == "requirement" else { return .object(row) }
    let standards = rows("delivery_standard").filter { $0["requirement"] == row["id"] }.map { JSON.object($0) }
    return .object(row.merging(["delivery_standards": .array(standards)]))
  }

  private func resolve(_ json: JSON, _ named: [String: JSONObject]) -> JSON {
    switch json {
    case .array(let items): return .array(items.map { resolve($0, named) })
    case .object(let object):
      if let reference = object["$ref"]?.string {
        let parts = reference.split(separator: ".").map(String.init)
        return named[parts[0]]?[parts[1]] ?? .null
      }
      return .object(JSONObject(object.members.map { ($0.name, resolve($0.value, named)) }))
    default: return json
    }
  }
}
