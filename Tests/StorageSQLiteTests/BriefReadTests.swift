import JSONRPC
import PluginProtocol
import StorageConformance
import StorageSQLite
import Testing

/// Reads that are answered at once, and those that are not.
@Suite struct BriefReadTests {
  private let alice = StorageEngine.Caller(tenant: ConformanceWorld.alice)

  /// One project with so many tasks below it.
  private func engine(tasks: Int, extra: Int = 0) async throws -> EngineDriver {
    let driver = try await EngineDriver()
    let rows = (0..<tasks).map { JSON.object(["title": .string("task \($0)"), "project": ["$ref": "p.id"]]) }
    let project: JSON = ["name": "p", "extra": .string(String(repeating: "x", count: extra))]
    var steps: [JSON] = [["op": "insert", "collection": "project", "as": "p", "values": project]]
    if tasks > 0 { steps.append(["op": "insert", "collection": "task", "rows": .array(rows)]) }
    _ = try await driver.transact(steps, as: .tenant(ConformanceWorld.alice))
    return driver
  }

  private func get(_ shape: JSON = "full") -> JSON { ["op": "get", "collection": "project", "key": 1, "shape": shape] }

  @Test func `one row is read at once, as any other thread would read it`() async throws {
    let driver = try await engine(tasks: 3)
    let atOnce = driver.engine.readAtOnce(get(), alice)
    #expect(try await atOnce == driver.engine.read(get(), alice))
    #expect(atOnce.map { String(decoding: $0, as: UTF8.self) }?.contains("task 2") == true)
    #expect(driver.engine.readAtOnce(["op": "get", "collection": "project", "key": 9], alice) == Array(#"{"row":null}"#.utf8))
    #expect(driver.engine.readAtOnce(get(), StorageEngine.Caller(tenant: ConformanceWorld.bob)) == Array(#"{"row":null}"#.utf8))
  }

  @Test func `what is written is read at once`() async throws {
    let driver = try await engine(tasks: 0)
    for number in 0..<20 {
      let step: JSON = ["op": "update", "collection": "project", "key": 1, "set": ["name": .string("name \(number)")]]
      _ = try await driver.transact([step], as: .tenant(ConformanceWorld.alice))
      let row = driver.engine.readAtOnce(get(["name"]), alice)
      #expect(row == Array(#"{"row":{"name":"name \#(number)"}}"#.utf8))
    }
  }

  @Test func `many steps and long values are left to other threads`() async throws {
    let long = try await engine(tasks: 9_000)
    let shape: JSON = [["name": "cost", "sum": ["task", "project", "cost"]]]
    #expect(long.engine.readAtOnce(get(shape), alice) == nil)
    #expect(try await long.engine.read(get(shape), alice) == Array(#"{"row":{"cost":"0.000000"}}"#.utf8))
    #expect(long.engine.readAtOnce(get(["name"]), alice) == Array(#"{"row":{"name":"p"}}"#.utf8))

    let large = try await engine(tasks: 0, extra: 300_000)
    #expect(large.engine.readAtOnce(get(["extra"]), alice) == nil)
    #expect(try await large.engine.read(get(["extra"]), alice).count > 300_000)
    #expect(large.engine.readAtOnce(get(["name"]), alice) == Array(#"{"row":{"name":"p"}}"#.utf8))
  }

  @Test(
    arguments: [
      ["op": "select", "collection": "project"], ["op": "page", "collection": "project"], ["op": "get", "collection": "nothing", "key": 1],
      ["op": "get", "collection": "project", "key": "x"], [:],
    ] as [JSON]) func `what is no plain row, or wrong, is decided elsewhere`(params: JSON) async throws
  {
    let driver = try await engine(tasks: 1)
    #expect(driver.engine.readAtOnce(params, alice) == nil)
  }
}
