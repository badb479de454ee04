import JSONRPC
import PluginProtocol

/// Just enough storage for one tenant: rows by collection, transactions that fail whole, a fence, events and jobs.
struct TinyStorage: Sendable {
  var rows: [String: [JSONObject]] = [:]
  var events: [(type: String, data: JSON, round: String)] = []
  struct Job {
    let id: String
    let queue: String
    let json: JSONObject
    var epoch: Int64 = 0
    var isLeased = false
    /// A worker has not given it back yet, whether it still has the lease or not.
    var isHeld = false
    var isDone = false
  }

  var jobs: [Job] = []
  private var serial: Int64 = 100
  private var done: [String: JSON] = [:]

  subscript(_ collection: String) -> [JSONObject] { rows[collection] ?? [] }

  func row(_ collection: String, _ field: String, _ value: JSON) -> JSONObject? { self[collection].first { $0[field] == value } }

  // MARK: - Reading

  func read(_ params: JSON) throws(RPCError) -> JSON {
    do {
      return answer(try StorageRead(json: params, path: ""))
    } catch {
      throw RPCError(.invalidParams, "\(error)")
    }
  }

  private func answer(_ read: StorageRead) -> JSON {
    switch read {
    case .select(let selection): ["rows": .array(select(selection))]
    case .get(let selection): ["row": select(selection).first ?? .null]
    case .page(let selection):
      ["count": .int(matching(selection.collection, selection.filter, [:]).count), "rows": .array(select(selection))]
    case .count(let collection, let filter): ["count": .int(matching(collection, filter, [:]).count)]
    case .aggregate: ["rows": [["calls": 0]]]
    case .many(let reads): ["results": .array(reads.map(answer))]
    }
  }

  private func select(_ selection: StorageRead.Selection) -> [JSON] {
    var found = matching(selection.collection, selection.filter, [:]).map { rows[selection.collection, default: []][$0] }
    if let order = selection.order.first {
      let field = order.hasPrefix("-") ? String(order.dropFirst()) : order
      found.sort { ($0[field]?.int ?? 0) < ($1[field]?.int ?? 0) }
      if order.hasPrefix("-") { found.reverse() }
    }
    return found.prefix(selection.limit).map(JSON.object)
  }

  private func matching(_ collection: String, _ filter: [Condition], _ names: [String: JSONObject]) -> [Int] {
    let all = rows[collection, default: []]
    return all.indices.filter { index in filter.allSatisfy { holds($0, all[index], names) } }
  }

  private func holds(_ condition: Condition, _ row: JSONObject, _ names: [String: JSONObject]) -> Bool {
    guard case .compare(let name, let op, let raw) = condition else { return false }
    let key = row["id"] == nil ? "execution_round" : "id"
    let found = row[name == "$key" ? key : name] ?? .null
    let value = resolve(raw, names)
    switch op {
    case .eq: return found == value || (found.int != nil && found.int == value.int)
    case .ne: return found != value
    case .in: return value.array?.contains(found) == true
    case .isnull: return found.isNull == value.bool
    case .le: return (found.int ?? 0) <= (value.int ?? 0)
    case .gt: return (found.int ?? 0) > (value.int ?? 0)
    default: return false
    }
  }

  // MARK: - Writing

  mutating func transact(_ params: JSON, operation: String?) throws(RPCError) -> JSON {
    if let operation, let known = done[operation] { return known }
    var next = self
    var names: [String: JSONObject] = [:]
    var results: [JSON] = []
    for item in params["steps"].array ?? [] {
      do {
        results.append(try next.perform(try StorageStep(json: item, path: "steps"), &names))
      } catch let error as RPCError {
        throw error
      } catch {
        throw RPCError(.invalidParams, "\(error): \(item.text.prefix(300))")
      }
    }
    let reply: JSON = ["results": .array(results)]
    if let operation { next.done[operation] = reply }
    self = next
    return reply
  }

  private mutating func perform(_ step: StorageStep, _ names: inout [String: JSONObject]) throws -> JSON {
    switch step {
    case .insert(let insert):
      var ids: [JSON] = []
      for values in insert.rows { ids.append(add(insert.collection, values, insert.name, &names)) }
      return ["count": .int(ids.count), "ids": .array(ids), "row": insert.rows.count == 1 ? .object(last(insert.collection)) : .null]
    case .update(let update): return try self.update(update, names)
    case .upsert(let upsert):
      let filter = upsert.match.map { Condition.eq($0, upsert.values[$0] ?? .null) }
      if let index = matching(upsert.collection, filter, names).first {
        for name in upsert.set ?? upsert.values.names {
          let value = resolve(upsert.values[name] ?? .null, names)
          rows[upsert.collection]?[index][name] = value
        }
        return ["count": 1, "created": false]
      }
      return ["count": 1, "created": true, "ids": [add(upsert.collection, upsert.values, upsert.name, &names)]]
    case .delete(let collection, let filter, _):
      let found = Set(matching(collection, filter, names))
      rows[collection] = rows[collection, default: []].enumerated().filter { !found.contains($0.offset) }.map(\.element)
      return ["count": .int(found.count)]
    case .event(let event):
      let round = resolve(event.round, names).string ?? ""
      events.append((event.type, resolve(event.data, names), round))
      return ["seq": .int(events.filter { $0.round == round }.count), "position": .int(events.count)]
    case .enqueue(let wanted):
      let id = "job-\(jobs.count + 1)"
      let json: JSONObject = [
        "id": .string(id), "kind": .string(wanted.kind), "payload": wanted.payload, "group": JSON(wanted.group), "attempt": 1,
      ]
      jobs.append(Job(id: id, queue: wanted.queue, json: json))
      if let name = wanted.name { names[name] = ["id": .string(id)] }
      return ["id": .string(id)]
    case .fence(let job, let epoch), .complete(let job, let epoch):
      guard let index = jobs.firstIndex(where: { $0.id == job && $0.epoch == Int64(epoch) && $0.isLeased && !$0.isDone }) else {
        throw RPCError.application("lease_lost", status: 409, "the lease is lost")
      }
      if case .complete = step { jobs[index].isDone = true }
      return [:]
    case .cancel(let job):
      guard let index = jobs.firstIndex(where: { $0.id == job && !$0.isDone }) else { return ["count": 0] }
      jobs[index].isDone = true
      jobs[index].isLeased = false
      return ["count": 1]
    case .expect, .read: return [:]
    }
  }

  private mutating func update(_ update: StorageStep.Update, _ names: [String: JSONObject]) throws -> JSON {
    let found = matching(update.collection, update.filter, names)
    if let expect = update.expect, expect.count != found.count {
      throw RPCError.application("expectation", status: 409, expect.tag, more: ["tag": .string(expect.tag)])
    }
    for index in found {
      for (name, raw) in update.set.members {
        let value = resolve(raw, names)
        rows[update.collection]?[index][name] = value
      }
      for (name, value) in update.increment.members {
        let old = rows[update.collection]?[index][name]?.int ?? 0
        rows[update.collection]?[index][name] = .int(old + (value.int ?? 0))
      }
    }
    return ["count": .int(found.count)]
  }

  private mutating func add(_ collection: String, _ values: JSONObject, _ name: String?, _ names: inout [String: JSONObject]) -> JSON {
    var row = values
    for (field, value) in values.members { row[field] = resolve(value, names) }
    if row["id"] == nil, collection != "execution_progress" {
      serial += 1
      row["id"] = .int(serial)
    }
    rows[collection, default: []].append(row)
    if let name { names[name] = row }
    return row["id"] ?? .null
  }

  private func last(_ collection: String) -> JSONObject { rows[collection]?.last ?? [:] }

  private func resolve(_ value: JSON, _ names: [String: JSONObject]) -> JSON {
    if value["$now"].bool == true { return "2026-01-01T00:00:00Z" }
    if !value["$next"].isNull { return 1 }
    guard let reference = value["$ref"].string, let dot = reference.lastIndex(of: ".") else { return value }
    return names[String(reference[..<dot])]?[String(reference[reference.index(after: dot)...])] ?? .null
  }
}
