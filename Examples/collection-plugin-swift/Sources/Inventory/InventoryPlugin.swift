import JSONRPC
import PluginKit
import PluginProtocol

/// What is in stock. Most of it is declared and needs no code: ``Stock``. Two methods read and write rows themselves.
@main
struct InventoryPlugin: Plugin {
  static let name = "inventory"
  static let version = "1.0.0"
  static let contributions = PluginDescription(
    provides: ["inventory"],
    methods: [
      MethodSpec("inventory.move", "Puts something into stock, or takes it out.", mutating: true),
      MethodSpec("inventory.totals", "Adds up what is in stock, by kind.", idempotent: true),
    ],
    collections: [Stock.item, Stock.movement], routes: Stock.routes)

  init(start: PluginStart) {}

  var methods: [Method] {
    [
      Method("inventory.move") { request in try await Move(HTTPCall(try request.params)).run(in: Storage(request.host)) },
      Method("inventory.totals") { request in HTTPCall.reply(["totals": .array(try await Totals.read(from: Storage(request.host)))]) },
    ]
  }
}
