import Foundation
import JSONRPC
import TestSupport
import Testing

extension SystemTests {
  /// The example of a third party's plugin in Swift with rows and routes of its own; its twin in Python is `OneFileResourceTests`.
  @Suite struct CollectionPluginTests {
    private static let items = "/api/v1/x/inventory/items/"

    @Test func `its rows are served with checks, tenancy and description, and its methods read and write them`() async throws {
      let folder = try PluginFolder()
      defer { folder.remove() }
      let manifest = HostProcess.sources.appending(path: "Examples/collection-plugin-swift/60-inventory.toml")
      let program = HostProcess.products.appending(path: "Inventory").path
      try folder.write(
        "60-inventory.toml",
        try String(contentsOf: manifest, encoding: .utf8).replacing("/path/to/.build/release/inventory", with: program))
      try await House.with(plugins: folder) { house in
        let made = try await house.api.post(Self.items, ["name": "Hex bolt", "quantity": 40])
        #expect(made["quantity"] == 40 && made["kind"] == "part" && made["movements"] == [])
        let id = try #require(made["id"].int)
        let refused = try await house.api.send(.post, Self.items, ["quantity": -1, "kind": "food"])
        #expect(refused.status == 400 && refused.json["name"] == ["This field is required."] && !refused.json["quantity"].isNull)
        try await moves(id, house)
        try await isForeign(id, house)
        try await isDescribed(house)
        try await survives(id, house)
      }
    }

    /// Both rows or none.
    private func moves(_ id: Int64, _ house: House) async throws {
      let path = "\(Self.items)\(id)/move/"
      let taken = try await house.api.post(path, ["change": "-12", "note": " order 7 "], status: 200)
      #expect(taken["quantity"] == 28 && taken["movements"][0]["change"] == -12 && taken["movements"][0]["note"] == "order 7")
      let tooMuch = try await house.api.send(.post, path, ["change": -29])
      #expect(tooMuch.status == 409 && tooMuch.text == #"{"error":"There is not that much in stock."}"#)
      #expect(try await house.api.send(.post, path, ["note": "?"]).text == #"{"change":["This field is required."]}"#)
      #expect(try await house.api.send(.post, "\(Self.items)\(id + 1)/move/", ["change": 1]).status == 404)
      let shown = try await house.api.get("\(Self.items)\(id)/")
      #expect(shown["quantity"] == 28 && shown["movements"].array?.count == 1)
      #expect(try await house.api.patch("\(Self.items)\(id)/", ["kind": "tool", "quantity": 7])["quantity"] == 28)
      _ = try await house.api.post(Self.items, ["name": "Washer", "quantity": 2])
      let totals = try await house.api.get("/api/v1/x/inventory/totals/")["totals"]
      #expect(totals == [["kind": "part", "items": 1, "quantity": 2], ["kind": "tool", "items": 1, "quantity": 28]], "\(totals.text)")
    }

    private func isForeign(_ id: Int64, _ house: House) async throws {
      let made = try await House.makeTenant("others", on: house.host)
      let stranger = API(baseURL: house.host.baseURL, key: made.key)
      #expect(try await stranger.get(Self.items)["count"] == 0)
      #expect(try await stranger.get("/api/v1/x/inventory/totals/") == ["totals": []])
      #expect(try await stranger.send(.get, "\(Self.items)\(id)/").status == 404)
      #expect(try await stranger.send(.post, "\(Self.items)\(id)/move/", ["change": 1]).status == 404)
      #expect(try await API(baseURL: house.host.baseURL).send(.get, Self.items).status == 401)
      #expect(try await stranger.post(Self.items, ["name": "Hex bolt"])["quantity"] == 0, "a name is taken in one tenant only")
    }

    private func isDescribed(_ house: House) async throws {
      let schema = try await house.api.get("/api/schema/")
      let move = schema["paths"]["\(Self.items){id}/move/"]["post"]
      #expect(move["responses"]["409"].isNull == false, "\(move.text)")
      #expect(move["responses"]["200"]["content"]["application/json"]["schema"]["$ref"] == "#/components/schemas/InventoryItem")
      #expect(schema["components"]["schemas"]["InventoryItem"]["properties"]["movements"].isNull == false)
    }

    /// What it wrote is in storage, not in the plugin.
    private func survives(_ id: Int64, _ house: House) async throws {
      let pid = try #require(try await house.host.plugin("inventory")["pid"].int)
      kill(Int32(pid), SIGKILL)
      #expect(try await house.api.post("\(Self.items)\(id)/move/", ["change": 2], status: 200)["quantity"] == 30)
      #expect(try await house.host.plugin("inventory")["restarts"] == 1)
    }
  }
}
