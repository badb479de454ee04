import Foundation
import JSONRPC
import PluginProtocol
import StorageConformance
import Testing

@Suite struct DurabilityTests {
  /// Writes with 64 in flight until some are acknowledged, then kills without warning; three times over one file.
  @Test func `what was acknowledged survives kill -9, whole and once`() throws {
    let state = FileManager.default.temporaryDirectory.appending(path: "kill-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: state) }
    let tenant: JSON = ["tenant": .string(ConformanceWorld.alice)]
    var acknowledged: Set<String> = []
    for life in 0..<3 {
      let plugin = try StorageProcess(state: state)
      defer { plugin.kill() }
      _ = try plugin.call("storage.migrate", ["collections": .array(ConformanceWorld.collections.map(\.json))])
      try check(plugin, acknowledged, tenant)
      var waiting: [Int64: String] = [:]
      var number = 0
      while acknowledged.count < (life + 1) * 200 {
        while waiting.count < 64 {
          number += 1
          let name = "life \(life) row \(number)"
          let steps: JSON = [
            ["op": "insert", "collection": "project", "values": ["name": .string(name)], "as": "p"],
            ["op": "insert", "collection": "task", "values": ["project": ["$ref": "p.id"], "title": .string(name)]],
          ]
          waiting[Int64(try plugin.send("storage.transact", ["steps": steps], meta: tenant))] = name
        }
        let message = try #require(plugin.receive())
        if let id = message["id"].int, let name = waiting.removeValue(forKey: id), message["error"].isNull { acknowledged.insert(name) }
      }
      plugin.kill()
      while let message = plugin.receive() {
        if let id = message["id"].int, let name = waiting.removeValue(forKey: id), message["error"].isNull { acknowledged.insert(name) }
      }
    }
    let plugin = try StorageProcess(state: state)
    defer { plugin.kill() }
    try check(plugin, acknowledged, tenant)
  }

  private func check(_ plugin: StorageProcess, _ acknowledged: Set<String>, _ tenant: JSON) throws {
    var names: [String] = []
    while true {
      let read: JSON = [
        "op": "select", "collection": "project", "shape": ["name", ["name": "tasks", "count": "task", "by": "project"]], "limit": 1000,
        "offset": .int(names.count),
      ]
      let rows = try plugin.call("storage.read", read, meta: tenant)["rows"].array ?? []
      guard !rows.isEmpty else { break }
      #expect(rows.allSatisfy { $0["tasks"] == 1 }, "half a transaction is there")
      names += rows.compactMap { $0["name"].string }
    }
    #expect(acknowledged.subtracting(names).isEmpty, "acknowledged rows are missing")
    #expect(Set(names).count == names.count, "rows are there twice")
  }
}
