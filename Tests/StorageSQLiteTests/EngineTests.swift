import JSONRPC
import PluginProtocol
import StorageConformance
import StorageSQLite
import Testing

@Suite struct EngineTests {
  let alice = DriverCaller.tenant(ConformanceWorld.alice)

  @Test func `what goes in comes out in wire form`() async throws {
    let driver = try await EngineDriver()
    let steps: [JSON] = [
      [
        "op": "insert", "collection": "project", "as": "p",
        "values": ["name": "Bäckerei \"Zeit\"\n\u{1}", "cost": "12.3", "extra": ["b": 1.50, "a": [.null, true, 1e3]]],
      ],
      ["op": "insert", "collection": "agent", "values": ["name": "Ada", "agent_no": "1"], "as": "a"],
      [
        "op": "insert", "collection": "task", "return": "list",
        "values": [
          "project": ["$ref": "p.id"], "agent": ["$ref": "a.id"], "title": "one", "cost": "0.000001", "weight": 0.1,
          "due_at": "2026-02-28T23:59:59.000120+01:00",
        ],
      ],
    ]
    let reply = try await driver.transact(steps, as: alice)
    #expect(
      reply["results"][2]["row"]
        == [
          "id": 1, "title": "one", "cost": "0.000001", "weight": 0.1, "due_at": "2026-02-28T22:59:59.000120Z", "agent_name": "Ada",
          "project_name": "Bäckerei \"Zeit\"\n\u{1}",
        ])
    let row = try await driver.read(["op": "get", "collection": "project", "key": 1, "shape": "full"], as: alice)["row"]
    #expect(row["extra"].text == #"{"b":1.5,"a":[null,true,1000.0]}"#)
    #expect(row["cost_number"].text == "12.3")
    #expect(row["task_cost"] == "0.000001")
    #expect(row["kind"] == ["a": "project"])
    #expect(row["tasks"].array?.count == 1)
    #expect(row["tasks"][0]["weight"].text == "0.1")
  }

  @Test func `works on after its caches are dropped, also while it is used`() async throws {
    let driver = try await EngineDriver()
    let engine = driver.engine
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<20 {
        group.addTask {
          let step: JSON = ["op": "insert", "collection": "project", "values": ["name": .string("p\(number)")]]
          _ = try await driver.transact([step], as: alice)
          engine.releaseCaches()
        }
      }
      try await group.waitForAll()
    }
    let rows = try await driver.read(["op": "select", "collection": "project", "shape": "list"], as: alice)["rows"].array ?? []
    #expect(rows.count == 20)
  }

  @Test func `a path names all folders from the root`() async throws {
    let driver = try await EngineDriver()
    _ = try await driver.transact(
      [
        ["op": "insert", "collection": "project", "values": ["name": "p"], "as": "p"],
        ["op": "insert", "collection": "folder", "values": ["project": ["$ref": "p.id"], "name": "src"], "as": "f"],
        [
          "op": "insert", "collection": "folder", "values": ["project": ["$ref": "p.id"], "parent": ["$ref": "f.id"], "name": "lib"],
          "as": "g",
        ],
        ["op": "insert", "collection": "file", "values": ["folder": ["$ref": "g.id"], "name": "a.swift"]],
        ["op": "insert", "collection": "file", "values": ["name": "README"]],
      ], as: alice)
    let files = try await driver.read(["op": "select", "collection": "file", "shape": "list"], as: alice)["rows"]
    #expect(files == [["name": "README", "size": 0, "path": "README"], ["name": "a.swift", "size": 0, "path": "src/lib/a.swift"]])
    let folders = try await driver.read(["op": "select", "collection": "folder", "shape": "list"], as: alice)["rows"]
    #expect(folders[0]["path"] == "src/lib")
  }

  @Test(arguments: [
    ("ZEIT", 1), ("bÄCK", 1), ("100%", 0), ("_", 0), ("", 2),
  ]) func `contains ignores case and takes every character as itself`(part: String, count: Int64) async throws {
    let driver = try await EngineDriver()
    let rows: JSON = [["name": "Bäckerei Zeit"], ["name": "1000"]]
    _ = try await driver.transact([["op": "insert", "collection": "project", "rows": rows]], as: alice)
    let found = try await driver.read(
      ["op": "count", "collection": "project", "filter": [["name", "contains", .string(part)]]], as: alice)
    #expect(found["count"].int == count)
  }

  static let failures: [(JSON, String, String, JSON)] = [
    (["op": "insert", "collection": "task", "values": ["project": 99, "title": "x"]], "no_reference", "field", "project"),
    (["op": "insert", "collection": "project", "values": ["name": 5]], "invalid", "field", "name"),
    (["op": "insert", "collection": "project", "values": [:]], "invalid", "field", "name"),
    (["op": "insert", "collection": "project", "values": ["name": "x", "nme": 1]], "invalid", "field", "nme"),
    (
      ["op": "insert", "collection": "project", "values": ["name": .string(String(repeating: "é", count: 41))]], "invalid", "field", "name"
    ),
    (["op": "insert", "collection": "project", "values": ["name": "x", "cost": "123456789.12"]], "invalid", "field", "cost"),
    (["op": "update", "collection": "project", "key": 1, "set": ["main": 77]], "no_reference", "field", "main"),
    (["op": "update", "collection": "project", "key": 1, "set": ["id": 7]], "invalid", "field", "id"),
    (
      ["op": "update", "collection": "project", "key": 9, "set": ["name": "y"], "expect": ["count": 1, "tag": "gone"]], "expectation",
      "tag", "gone"
    ),
    (["op": "expect", "collection": "project", "filter": [], "count": ["max": 0], "tag": "quota"], "expectation", "count", 1),
    (["op": "delete", "collection": "project", "key": 1], "in_use", "collection", "invoice"),
    (["op": "fence", "job": "none", "epoch": 1], "lease_lost", "step", 0),
    (["op": "insert", "collection": "task", "values": ["project": 1, "title": "first"]], "not_unique", "fields", ["project", "title"]),
  ]

  @Test(arguments: failures.indices) func `a failure names what is wrong and changes nothing`(index: Int) async throws {
    let (step, code, member, value) = Self.failures[index]
    let driver = try await EngineDriver()
    _ = try await driver.transact(
      [
        ["op": "insert", "collection": "project", "values": ["name": "p"]],
        ["op": "insert", "collection": "task", "values": ["project": 1, "title": "first"]],
        ["op": "insert", "collection": "invoice", "values": ["project": 1]],
      ], as: alice)
    let error = await driver.failure("storage.transact", ["steps": [step]], as: alice)
    #expect(error?.applicationCode == code, "\(error?.message ?? "no error")")
    #expect(error?.data[member] == value, "\(error?.data.text ?? "")")
    #expect(error?.data["step"] == 0)
    let counts = try await driver.read(
      ["op": "many", "reads": [["op": "count", "collection": "project"], ["op": "count", "collection": "task"]]], as: alice)
    #expect(counts["results"] == [["count": 1], ["count": 1]])
  }

  @Test func `aggregates give numbers by bucket and group`() async throws {
    let driver = try await EngineDriver()
    let rows: [JSON] = [
      ["project": 1, "title": "a", "cost": "0.5", "points": 1, "weight": 1.5, "due_at": "2026-01-01T01:10:00Z"],
      ["project": 1, "title": "b", "cost": "0.25", "points": 2, "weight": 0.5, "due_at": "2026-01-01T01:50:00Z"],
      ["project": 1, "title": "c", "cost": "2", "points": 4, "due_at": "1969-12-31T23:30:00Z"],
    ]
    _ = try await driver.transact(
      [["op": "insert", "collection": "project", "values": ["name": "p"]], ["op": "insert", "collection": "task", "rows": .array(rows)]],
      as: alice)
    let read: JSON = [
      "op": "aggregate", "collection": "task", "bucket": ["field": "due_at", "unit": "hour"], "group": ["project"],
      "measures": [
        "n": ["count": true], "cost": ["sum": "cost"], "mean": ["avg": "points"], "last": ["max": "due_at"], "low": ["min": "weight"],
      ],
      "order": ["-n"],
    ]
    let found = try await driver.read(read, as: alice)["rows"]
    #expect(
      found.text == """
        [{"project":1,"period":"2026-01-01T01:00:00Z","n":2,"cost":0.75,"mean":1.5,"last":"2026-01-01T01:50:00Z","low":0.5},\
        {"project":1,"period":"1969-12-31T23:00:00Z","n":1,"cost":2.0,"mean":4.0,"last":"1969-12-31T23:30:00Z","low":0.0}]
        """)
    let none = try await driver.read(
      [
        "op": "aggregate", "collection": "task", "filter": [["title", "eq", "z"]],
        "measures": ["cost": ["sum": "cost"], "m": ["avg": "cost"]],
      ], as: alice)
    #expect(none["rows"].text == #"[{"cost":0.0,"m":null}]"#)
  }
}
