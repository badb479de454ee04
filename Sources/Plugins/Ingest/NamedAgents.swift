import JSONRPC
import PluginKit
import PluginProtocol

/// Agents that a tenant sees, found by what pushes call them.
enum NamedAgents {
  private static let shape = Shape.fields("id", "name").adding(.isNull("is_system", field: "tenant"))

  /// The keys of agents with exactly these names: the tenant's own before the system's, then the oldest.
  static func keys(of names: Set<String>, _ storage: Storage) async throws(RPCError) -> [String: JSON] {
    let wanted = names.filter { !$0.isEmpty }.sorted().map(JSON.string)
    guard !wanted.isEmpty else { return [:] }
    let rows = try await storage.rows(
      .init("agent", filter: [.isIn("name", wanted)], order: ["id"], limit: StorageRead.rowLimit, shape: .inline(shape)))
    let ordered = rows.filter { $0["is_system"] == false } + rows.filter { $0["is_system"] != false }
    return Dictionary(ordered.map { ($0["name"].string ?? "", $0["id"]) }) { first, _ in first }
  }

  /// The key of the agent with this name; null when there is none.
  static func key(of name: JSON?, _ storage: Storage) async throws(RPCError) -> JSON {
    guard let name = name?.string else { return .null }
    return try await keys(of: [name], storage)[name] ?? .null
  }

  /// The names of those of these keys that the tenant sees.
  static func names(of keys: Set<Int64>, _ storage: Storage) async throws(RPCError) -> [Int64: JSON] {
    guard !keys.isEmpty else { return [:] }
    let rows = try await storage.rows(
      .init(
        "agent", filter: [.isIn("id", keys.sorted().map { .int($0) })], limit: StorageRead.rowLimit, shape: .inline(.fields("id", "name"))))
    return Dictionary(rows.compactMap { row in row["id"].int.map { ($0, row["name"]) } }) { first, _ in first }
  }
}
