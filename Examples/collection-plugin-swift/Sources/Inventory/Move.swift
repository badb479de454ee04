import JSONRPC
import PluginKit
import PluginProtocol

/// `inventory.move`: changes an item's quantity and writes the movement down, both or neither.
struct Move: Sendable {
  private let item: JSON
  private let change: Int64
  private let note: JSON

  /// - Parameter call: its body was checked by the host, as the route declares it.
  init(_ call: HTTPCall) {
    item = call.path("id")
    change = call.body["change"]?.int ?? 0
    note = call.body["note"] ?? ""
  }

  /// - Returns: the item as it is now.
  /// - Throws: 404 for an item that this tenant does not have, 409 when that much is not there.
  func run(in storage: Storage) async throws(RPCError) -> JSON {
    guard try await storage.row("inventory_item", key: item) != nil else { throw HTTPCall.notFound("InventoryItem") }
    do {
      let results = try await storage.transact([
        .insert(.init("inventory_movement", ["item": item, "change": .int(change), "note": note])),
        .update(
          .init(
            "inventory_item", filter: [.eq("$key", item), .compare(field: "quantity", op: .ge, value: .int(-change))],
            increment: ["quantity": .int(change)], expect: .init(1, tag: "quantity"), returning: "detail")),
      ])
      return HTTPCall.reply(results[1]["row"])
    } catch {
      guard error.applicationCode == "expectation" else { throw error }
      throw HTTPCall.refused(409, "There is not that much in stock.")
    }
  }
}
