import PluginProtocol

/// The rows and routes of the plugin. What another's plugin contributes begins with its id: `inventory_` and `/api/v1/x/inventory/`.
enum Stock {
  static let item = CollectionSpec(
    "inventory_item", model: "InventoryItem",
    fields: [
      .text("name", max: 100).required(), .choice("kind", ["part", "tool"], default: "part"),
      // Clients say how much there is at first; then it changes by movements only.
      FieldSpec.integer("quantity").immutable().with { $0.minimum = 0 }, .createdAt,
    ],
    order: ["name"],
    shapes: [
      "list": .fields("id", "name", "kind", "quantity"),
      "detail": Shape([
        "id", "name", "kind", "quantity", "created_at",
        .many("movements", collection: "inventory_movement", by: "item", shape: .named("list"), order: ["-id"], limit: 20),
      ]),
    ],
    filters: ["kind"], unique: [["name"]])

  static let movement = CollectionSpec(
    "inventory_movement", model: "InventoryMovement",
    fields: [.reference("item", to: "inventory_item").required(), .integer("change"), .text("note", max: 200), .createdAt],
    order: ["-id"], shapes: ["list": .fields("change", "note", "created_at")])

  static let routes: [RouteSpec] = [
    .crud("/api/v1/x/inventory/items/", "inventory_item"),
    RouteSpec.rpc(
      "POST", "/api/v1/x/inventory/items/{id:int}/move/", .write, "inventory.move", summary: "Puts something into stock, or takes it out.",
      body: [.integer("change").required(), .text("note", max: 200)]
    ).described(under: "inventory_item", answer: .model("InventoryItem"), statuses: [409]),
    RouteSpec.rpc("GET", "/api/v1/x/inventory/totals/", .read, "inventory.totals", summary: "What is in stock, by kind.").described(
      answer: .object(["totals": .array(.object(["kind": .string, "items": .integer, "quantity": .integer]))])),
  ]
}
