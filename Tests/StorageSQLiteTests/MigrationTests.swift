import Foundation
import JSONRPC
import PluginProtocol
import StorageConformance
import StorageSQLite
import Testing

@Suite struct MigrationTests {
  static let project = CollectionSpec("project", model: "Project", fields: [.text("name").required()])
  static let task = CollectionSpec(
    "task", model: "Task", fields: [.reference("project", to: "project").required(), .text("title")], unique: [["title"]])
  let alice = DriverCaller.tenant(ConformanceWorld.alice)

  private func migrate(_ driver: EngineDriver, _ collections: [CollectionSpec]) async throws(RPCError) -> JSON {
    try await driver.call("storage.migrate", ["collections": .array(collections.map(\.json))], as: .system)["applied"]
  }

  private func start() async throws -> EngineDriver {
    let driver = try await EngineDriver([Self.project, Self.task])
    _ = try await driver.transact(
      [
        ["op": "insert", "collection": "project", "values": ["name": "p"]],
        ["op": "insert", "collection": "task", "rows": [["project": 1, "title": "a"], ["project": 1, "title": "b"]]],
        ["op": "delete", "collection": "task", "key": 2],
      ], as: alice)
    return driver
  }

  @Test func `the same collections again change nothing`() async throws {
    let driver = try await start()
    #expect(try await migrate(driver, [Self.project, Self.task]) == [])
  }

  @Test func `fields, indexes and collections are added to rows that are there`() async throws {
    let driver = try await start()
    var task = Self.task
    task.fields += [
      .integer("points", default: 3), .text("note"), .datetime("due_at").nullable(), .createdAt, .json("extra", default: ["a": "it's"]),
    ]
    task.indexes = [["points"]]
    let label = CollectionSpec("label", model: "Label", fields: [.text("name")])
    let applied = try await migrate(driver, [Self.project, task, label])
    #expect(
      applied == [
        "create label", "task: add points, add note, add due_at, add created_at, add extra", "task: index uq_task_tenant_id",
        "task: index uq_task_title", "task: index ix_task_project_tenant", "task: index ix_task_points",
      ])
    let row = try await driver.read(
      ["op": "get", "collection": "task", "key": 1, "shape": ["title", "points", "note", "due_at", "extra"]], as: alice)
    #expect(row["row"] == ["title": "a", "points": 3, "note": "", "due_at": .null, "extra": ["a": "it's"]])
  }

  @Test func `a new reference rebuilds the table, keeps rows and never reuses an id`() async throws {
    let driver = try await start()
    var task = Self.task
    task.fields += [.reference("parent", to: "task", onDelete: .null).nullable()]
    task.fields[1] = .text("title").nullable()
    _ = try await migrate(driver, [Self.project, task])
    let reply = try await driver.transact(
      [["op": "insert", "collection": "task", "values": ["project": 1, "parent": 1, "title": .null]]], as: alice)
    #expect(reply["results"][0]["ids"] == [3])
    let failure = await driver.failure(
      "storage.transact", ["steps": [["op": "insert", "collection": "task", "values": ["project": 1, "parent": 2, "title": "x"]]]],
      as: alice)
    #expect(failure?.data["field"] == "parent")
    let taken = await driver.failure(
      "storage.transact", ["steps": [["op": "insert", "collection": "task", "values": ["project": 1, "title": "a"]]]], as: alice)
    #expect(taken?.applicationCode == "not_unique")
    _ = try await driver.transact([["op": "delete", "collection": "task", "key": 1]], as: alice)
    let left = try await driver.read(["op": "select", "collection": "task", "shape": ["id", "parent"]], as: alice)
    #expect(left["rows"] == [["id": 3, "parent": .null]])
    _ = try await driver.transact([["op": "delete", "collection": "project", "key": 1]], as: alice)
    #expect(try await driver.read(["op": "count", "collection": "task"], as: alice) == ["count": 0])
  }

  @Test func `a table without rows takes fields that rows would have to fill`() async throws {
    let driver = try await EngineDriver([Self.project, CollectionSpec("task", model: "Task", fields: [.text("title")])])
    var task = Self.task
    task.fields += [.datetime("due_at").required(), .reference("other", to: "project", onDelete: .restrict).required()]
    _ = try await migrate(driver, [Self.project, task])
    let values: JSON = ["project": 1, "other": 2, "title": "t", "due_at": "2026-01-01T00:00:00Z"]
    _ = try await driver.transact(
      [
        ["op": "insert", "collection": "project", "rows": [["name": "p"], ["name": "q"]]],
        ["op": "insert", "collection": "task", "values": values],
      ], as: alice)
    let failure = await driver.failure("storage.transact", ["steps": [["op": "delete", "collection": "project", "key": 2]]], as: alice)
    #expect(failure?.data["collection"] == "task")
  }

  @Test func `a collection that is referred to for the first time gets the key its references need`() async throws {
    let usage = CollectionSpec("usage", model: "Usage", key: .uuid, fields: [.integer("tokens")], indexes: [["tokens"]])
    let driver = try await EngineDriver([usage])
    let note = CollectionSpec("note", model: "Note", fields: [.reference("usage", to: "usage").required()])
    #expect(try await migrate(driver, [usage, note]) == ["create note", "usage: index uq_usage_tenant_id"])
    _ = try await driver.transact(
      [
        ["op": "insert", "collection": "usage", "values": ["tokens": 1], "as": "u"],
        ["op": "insert", "collection": "note", "values": ["usage": ["$ref": "u.id"]]],
      ], as: alice)
  }

  static let refusals: [(CollectionSpec, String)] = [
    (CollectionSpec("task", model: "Task", fields: [Self.task.fields[0]]), "task.title"),
    (CollectionSpec("task", model: "Task", fields: [Self.task.fields[0], .integer("title")]), "task.title"),
    (CollectionSpec("task", model: "Task", fields: Self.task.fields + [.datetime("due_at").required()]), "task.due_at"),
    (CollectionSpec("task", model: "Task", fields: Self.task.fields + [.reference("other", to: "project").required()]), "task.other"),
    (CollectionSpec("task", model: "Task", key: .uuid, fields: Self.task.fields), "task"),
    (
      CollectionSpec("task", model: "Task", fields: [.reference("project", to: "project", onDelete: .restrict), .text("title")]),
      "task.project"
    ),
    (CollectionSpec("task", model: "Task", fields: Self.task.fields, unique: [["project"]]), "task.project"),
  ]

  @Test(arguments: refusals.indices) func `what would lose or guess data is refused by name`(index: Int) async throws {
    let (spec, subject) = Self.refusals[index]
    let driver = try await start()
    _ = try await driver.transact([["op": "insert", "collection": "task", "values": ["project": 1, "title": "c"]]], as: alice)
    let failure = await driver.failure("storage.migrate", ["collections": [Self.project.json, spec.json]], as: .system)
    #expect(failure?.applicationCode == "migration_refused", "\(failure?.message ?? "it was applied")")
    #expect(failure?.data["field"].string == subject)
    #expect(try await driver.read(["op": "count", "collection": "task"], as: alice) == ["count": 2])
  }

  @Test func `a collection whose plugin is away keeps its rows`() async throws {
    let driver = try await start()
    #expect(try await migrate(driver, [Self.project]) == [])
    #expect(try await driver.read(["op": "count", "collection": "task"], as: alice) == ["count": 1])
    #expect(try await migrate(driver, [Self.project, Self.task]) == [])
    #expect(try await driver.read(["op": "count", "collection": "task"], as: alice) == ["count": 1])
  }

  @Test func `a restart knows the collections`() async throws {
    let driver = try await start()
    let again = try StorageEngine(StorageConfig(path: driver.directory.path + "/test.db")) { _ in }
    let bytes = try await again.read(["op": "count", "collection": "task"], .init(tenant: ConformanceWorld.alice))
    #expect(String(decoding: bytes, as: UTF8.self) == #"{"count":1}"#)
  }
}
