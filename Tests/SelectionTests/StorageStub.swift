import JSONRPC
import PluginProtocol
import Synchronization

/// The little of storage that the plugin uses, in memory: equality filters, inserts, updates with expectations.
final class StorageStub: Sendable {
  struct Call: Sendable {
    let method: String
    let params: JSON
    let meta: JSON
  }

  private struct State {
    var tables: [String: [JSONObject]]
    var calls: [Call] = []
    var failures: [RPCError] = []
  }

  private let state: Mutex<State>
  private let allowsSystem: Bool

  /// - Parameter allowsSystem: answers calls without a tenant too, by which the plugin adds the bundled agents.
  init(_ tables: [String: [JSONObject]], allowsSystem: Bool = false) {
    state = Mutex(State(tables: tables))
    self.allowsSystem = allowsSystem
  }

  var calls: [Call] { state.withLock(\.calls) }

  func rows(_ collection: String) -> [JSONObject] { state.withLock { $0.tables[collection] ?? [] } }

  /// The next transactions fail with these.
  func fail(_ errors: [RPCError]) { state.withLock { $0.failures = errors } }

  @Sendable func answer(_ method: String, _ params: JSON, _ meta: JSON) throws(RPCError) -> JSON {
    guard allowsSystem || meta["system"].isNull else { throw RPCError(.denied, "system") }
    let result: Result<JSON, RPCError> = state.withLock { state in
      state.calls.append(Call(method: method, params: params, meta: meta))
      switch method {
      case "storage.read": return .success(Self.read(params, state.tables))
      case "storage.transact":
        if !state.failures.isEmpty { return .failure(state.failures.removeFirst()) }
        return Self.transact(params["steps"].array ?? [], &state.tables)
      default: return .failure(RPCError(.unavailable, method))
      }
    }
    return try result.get()
  }

  private static func read(_ read: JSON, _ tables: [String: [JSONObject]]) -> JSON {
    if let reads = read["reads"].array { return ["results": .array(reads.map { Self.read($0, tables) })] }
    let rows = (tables[read["collection"].string ?? ""] ?? []).filter { matches($0, read["filter"].array ?? []) }
    switch read["op"].string {
    case "get": return ["row": rows.first.map(JSON.object) ?? .null]
    case "count": return ["count": .int(rows.count)]
    case "aggregate":
      let scores = rows.compactMap { $0["total_score"]?.double }
      return ["rows": [["average": scores.isEmpty ? .null : .double(scores.reduce(0, +) / Double(scores.count))]]]
    default:
      let page = rows.dropFirst(Int(read["offset"].int ?? 0)).prefix(Int(read["limit"].int ?? 100))
      return ["rows": .array(page.map(JSON.object))]
    }
  }

  private static func transact(_ steps: [JSON], _ tables: inout [String: [JSONObject]]) -> Result<JSON, RPCError> {
    var changed = tables
    var results: [JSON] = []
    for step in steps {
      let name = step["collection"].string ?? ""
      let filter = step["filter"].array ?? []
      switch step["op"].string {
      case "insert":
        for row in step["rows"].array ?? [step["values"]] {
          changed[name, default: []].append((row.object ?? [:]).merging(["id": .int((changed[name] ?? []).count + 1)]))
        }
        results.append(["count": 1, "row": changed[name]?.last.map(JSON.object) ?? .null])
      case "update":
        let indices = (changed[name] ?? []).indices.filter { matches(changed[name, default: []][$0], filter) }
        if let wanted = step["expect"]["count"].int, wanted != indices.count {
          return .failure(.application("expectation", status: 409, "changed meanwhile"))
        }
        var rows = changed[name] ?? []
        for index in indices { rows[index] = rows[index].merging(step["set"].object ?? [:]) }
        changed[name] = rows
        results.append(["count": .int(indices.count), "row": indices.first.map { .object(rows[$0]) } ?? .null])
      case "delete":
        changed[name]?.removeAll { matches($0, filter) }
        results.append([:])
      default: results.append([:])
      }
    }
    tables = changed
    return .success(["results": .array(results)])
  }

  private static func matches(_ row: JSONObject, _ filter: [JSON]) -> Bool {
    filter.allSatisfy { condition in
      let name = condition[0].string ?? ""
      let value = row[name == "$key" ? "id" : name] ?? .null
      return switch condition[1].string {
      case "in": condition[2].array?.contains(value) ?? false
      case "isnull": value.isNull == condition[2].bool
      default: value == condition[2]
      }
    }
  }
}
