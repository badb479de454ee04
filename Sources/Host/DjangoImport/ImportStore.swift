import Catalogue
import Foundation
import JSONRPC
import PluginProtocol

/// Storage as the importer uses it: with the host's own eyes, which see every tenant.
struct ImportStore: Sendable {
  let plugins: any PluginCaller

  private static let requestID = "import"
  private static let timeout: Duration = .seconds(120)
  private static let pageSize = 1000

  func rows(_ collection: String, _ filter: [Condition], _ fields: [String]) async throws(RPCError) -> [JSON] {
    let shape = Shape(fields.map { .field($0, as: $0) })
    let read = StorageRead.select(.init(collection, filter: filter, limit: Self.pageSize, shape: .inline(shape)))
    return try await plugins.call("storage.read", read.json, .system(Self.requestID, timeout: Self.timeout))["rows"].array ?? []
  }

  func transact(_ steps: [StorageStep]) async throws(RPCError) -> [JSON] {
    let operation = "import:\(UUID().uuidString.lowercased())"
    let params: JSON = ["steps": .array(steps.map(\.json))]
    let context = CallContext.system(Self.requestID, timeout: Self.timeout, operationID: operation)
    return try await plugins.call("storage.transact", params, context)["results"].array ?? []
  }

  /// What earlier runs added of this database.
  func remembered(of source: String) async throws(RPCError) -> RowMap {
    var map = RowMap()
    var after = "\(source):"
    // `;` is the character behind `:`.
    let end = "\(source);"
    while true {
      let read = StorageRead.select(
        .init(
          DjangoImporter.remembered,
          filter: [.compare(field: "source", op: .gt, value: .string(after)), .compare(field: "source", op: .lt, value: .string(end))],
          order: ["source"], limit: Self.pageSize, shape: .inline(.fields("source", "target", "tenant"))))
      let reply: JSON = try await plugins.call("storage.read", read.json, .system(Self.requestID, timeout: Self.timeout))
      let rows = reply["rows"].array ?? []
      for row in rows {
        let parts = (row["source"].string ?? "").split(separator: ":").map(String.init)
        guard parts.count == 3 else { continue }
        map.put(parts[1], .string(parts[2]), RowMap.Place(id: row["target"], tenant: row["tenant"].string))
      }
      guard rows.count == Self.pageSize, let last = rows.last?["source"].string else { return map }
      after = last
    }
  }

  /// What a row is remembered by.
  static func source(_ source: String, _ table: String, _ old: JSON) -> String { "\(source):\(table):\(RowMap.text(old))" }
}
