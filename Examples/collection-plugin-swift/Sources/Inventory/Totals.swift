import JSONRPC
import PluginKit
import PluginProtocol

/// `inventory.totals`: one row for each kind that is there.
enum Totals {
  static func read(from storage: Storage) async throws(RPCError) -> [JSON] {
    let sums = StorageRead.Aggregate(
      "inventory_item", group: ["kind"], measures: [.count("items"), .init("quantity", .sum, "quantity")], order: ["kind"])
    return try await storage.read(.aggregate(sums))["rows"].array ?? []
  }
}
