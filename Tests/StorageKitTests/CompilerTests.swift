import JSONRPC
import PluginProtocol
import StorageConformance
import StorageKit
import Testing

/// The SQL of both engines for the same operations.
@Suite struct CompilerTests {
  static func compiler(_ dialect: any Dialect) throws -> Compiler {
    Compiler(
      schema: try Schema(ConformanceWorld.collections), dialect: dialect,
      scope: Scope(tenant: ConformanceWorld.alice, isSystem: false, now: 0))
  }

  static let selections: [(StorageRead.Selection, sqlite: String, postgres: String)] = [
    (
      .init("setting", shape: .inline(.fields("name"))),
      #"SELECT t0."name" FROM "setting" AS t0 ORDER BY t0."name" LIMIT ?1"#,
      #"SELECT t0."name" FROM "setting" AS t0 ORDER BY t0."name" COLLATE "C" ASC NULLS FIRST LIMIT $1::bigint"#
    ),
    (
      .init("file", filter: [.compare(field: "name", op: .contains, value: "x")], limit: 5, offset: 5, shape: .inline(.fields("size"))),
      #"SELECT t0."size" FROM "file" AS t0 WHERE t0."tenant" = ?1 AND hive_contains(t0."name", ?2) ORDER BY t0."name", t0."id" LIMIT ?3 OFFSET ?4"#,
      #"""
      SELECT t0."size" FROM "file" AS t0 WHERE t0."tenant" = $1::uuid AND strpos(lower(t0."name"), lower($2::text)) > 0 \#
      ORDER BY t0."name" COLLATE "C" ASC NULLS FIRST, t0."id" ASC NULLS FIRST LIMIT $3::bigint OFFSET $4::bigint
      """#
    ),
    (
      .init("agent", filter: [.ne("name", "x")], order: ["-$key"], shape: .inline(.fields("id"))),
      #"SELECT t0."id" FROM "agent" AS t0 WHERE (t0."tenant" = ?1 OR t0."tenant" IS NULL) AND t0."name" IS NOT ?2 ORDER BY t0."id" DESC LIMIT ?3"#,
      #"""
      SELECT t0."id" FROM "agent" AS t0 WHERE (t0."tenant" = $1::uuid OR t0."tenant" IS NULL) AND t0."name" IS DISTINCT FROM $2::text \#
      ORDER BY t0."id" DESC NULLS LAST LIMIT $3::bigint
      """#
    ),
    (
      .init(
        "task", filter: [.compare(field: "project.name", op: .lt, value: "m"), .isIn("points", [1, 2, 3])], order: ["due_at"],
        shape: .inline(.fields("due_at"))),
      #"""
      SELECT t0."due_at" FROM "task" AS t0 WHERE t0."tenant" = ?1 AND t0."project" IN (SELECT t1."id" FROM "project" AS t1 \#
      WHERE t1."tenant" = ?1 AND t1."name" < ?2) AND t0."points" IN (?3, ?4, ?5, ?6) ORDER BY t0."due_at", t0."id" LIMIT ?7
      """#,
      #"""
      SELECT (extract(epoch FROM t0."due_at") * 1000000)::bigint FROM "task" AS t0 WHERE t0."tenant" = $1::uuid AND t0."project" IN \#
      (SELECT t1."id" FROM "project" AS t1 WHERE t1."tenant" = $1::uuid AND t1."name" COLLATE "C" < $2::text) AND t0."points" IN \#
      ($3::integer, $4::integer, $5::integer, $6::integer) ORDER BY t0."due_at" ASC NULLS FIRST, t0."id" ASC NULLS FIRST LIMIT $7::bigint
      """#
    ),
    (
      .init(
        "conversation", order: ["id"],
        shape: .inline(Shape([.one("project", reference: "project", shape: .inline(Shape(["id", .number("cost", field: "cost")])))]))),
      #"""
      SELECT (SELECT hive_object('id:i,cost:n2', t1."id", t1."cost") FROM "project" AS t1 WHERE t1."id" = t0."project" AND \#
      t1."tenant" = ?1) FROM "conversation" AS t0 WHERE t0."tenant" = ?1 ORDER BY t0."id" LIMIT ?2
      """#,
      #"""
      SELECT (SELECT ('{"id":' || coalesce((t1."id")::text, 'null') || ',"cost":' || coalesce((CASE WHEN ((t1."cost")::float8 / 1e2) = \#
      trunc(((t1."cost")::float8 / 1e2)) AND abs(((t1."cost")::float8 / 1e2)) < 1e15 THEN (((t1."cost")::float8 / 1e2))::bigint::text || \#
      '.0' ELSE (((t1."cost")::float8 / 1e2))::text END), 'null') || '}') FROM "project" AS t1 WHERE t1."id" = t0."project" AND \#
      t1."tenant" = $1::uuid) FROM "conversation" AS t0 WHERE t0."tenant" = $1::uuid ORDER BY t0."id" ASC NULLS FIRST LIMIT $2::bigint
      """#
    ),
    (
      .init(
        "project", order: ["id"],
        shape: .inline(Shape([.many("files", collection: "invoice", by: "project", shape: .inline(.fields("number")), limit: 2)]))),
      #"""
      SELECT (SELECT '[' || coalesce(group_concat(element, ','), '') || ']' FROM (SELECT hive_object('number:s', t1."number") AS element \#
      FROM "invoice" AS t1 WHERE t1."project" = t0."id" AND t1."tenant" = ?1 ORDER BY t1."id" LIMIT 2)) FROM "project" AS t0 \#
      WHERE t0."tenant" = ?1 ORDER BY t0."id" LIMIT ?2
      """#,
      #"""
      SELECT (SELECT '[' || coalesce(string_agg(element, ',' ORDER BY place), '') || ']' FROM (SELECT element, row_number() OVER () AS \#
      place FROM (SELECT ('{"number":' || coalesce(to_json((t1."number")::text)::text, 'null') || '}') AS element FROM "invoice" AS t1 \#
      WHERE t1."project" = t0."id" AND t1."tenant" = $1::uuid ORDER BY t1."id" ASC NULLS FIRST LIMIT 2) AS sorted) AS numbered) FROM \#
      "project" AS t0 WHERE t0."tenant" = $1::uuid ORDER BY t0."id" ASC NULLS FIRST LIMIT $2::bigint
      """#
    ),
  ]

  @Test(arguments: selections.indices) func `a selection compiles to one statement for each engine`(index: Int) throws {
    let (selection, sqlite, postgres) = Self.selections[index]
    #expect(try Self.compiler(SQLiteDialect()).select(selection).statement.sql == sqlite)
    let compiled = try Self.compiler(PostgresDialect()).select(selection).statement
    #expect(compiled.sql == postgres)
    #expect(try Self.compiler(SQLiteDialect()).select(selection).statement.parameters == compiled.parameters)
  }

  @Test func `an aggregate groups by place and orders by group`() throws {
    let aggregate = StorageRead.Aggregate(
      "task", group: ["agent"], bucket: .init("due_at", .day), measures: [.count("n"), .init("cost", .sum, "cost")], order: ["-cost"])
    #expect(
      try Self.compiler(SQLiteDialect()).aggregate(aggregate).statement.sql == #"""
        SELECT t0."agent", (t0."due_at" - (t0."due_at" % 86400000000 + 86400000000) % 86400000000), count(*), \#
        CAST(coalesce(sum(t0."cost"), 0) AS BIGINT) FROM "task" AS t0 WHERE t0."tenant" = ?1 GROUP BY 1, 2 \#
        ORDER BY CAST(coalesce(sum(t0."cost"), 0) AS BIGINT) DESC, t0."agent", \#
        (t0."due_at" - (t0."due_at" % 86400000000 + 86400000000) % 86400000000) LIMIT ?2
        """#)
  }

  @Test(arguments: [
    StorageRead.Selection("nothing"), .init("task", shape: "nothing"), .init("task", order: ["nothing"]),
    .init("task", filter: [.eq("nothing", 1)]), .init("task", filter: [.eq("title.nothing", 1)]),
  ]) func `unknown names are malformed`(selection: StorageRead.Selection) throws {
    let compiler = try Self.compiler(SQLiteDialect())
    let error = #expect(throws: StorageError.self) { try compiler.select(selection) }
    #expect(error?.rpc().code == .invalidParams)
  }

  @Test(arguments: [
    (Condition.eq("points", "x"), "points"), (.eq("points", 3_000_000_000), "points"), (.eq("due_at", "yesterday"), "due_at"),
    (.compare(field: "points", op: .contains, value: "x"), "points"), (.eq("cost", true), "cost"),
  ]) func `a value of another type names its field`(condition: Condition, field: String) throws {
    let compiler = try Self.compiler(SQLiteDialect())
    let error = #expect(throws: StorageError.self) { try compiler.select(.init("task", filter: [condition])) }
    #expect(error?.rpc().data["field"].string == field)
  }

  @Test func `no operation of a tenant's collection compiles without a tenant`() throws {
    let compiler = Compiler(
      schema: try Schema(ConformanceWorld.collections), dialect: PostgresDialect(), scope: Scope(tenant: nil, isSystem: false, now: 0))
    for collection in ConformanceWorld.collections where collection.tenancy != .global {
      #expect(throws: StorageError.denied("\(collection.name) needs a tenant")) { try compiler.select(.init(collection.name)) }
      #expect(throws: StorageError.denied("\(collection.name) needs a tenant")) { try compiler.count(collection.name, []) }
    }
    #expect(try compiler.select(.init("setting")).statement.sql.contains("tenant") == false)
  }

  /// The shape of the second binds values of its own and is built anew each time.
  @Test(arguments: [
    StorageRead.Selection("task", filter: [.eq("title", "x"), .eq("project.name", "y")], shape: "list"),
    StorageRead.Selection("project", filter: [.eq("name", "x"), .eq("main.title", "y")], shape: "full"),
  ]) func `what a named shape begins with is the same each time`(selection: StorageRead.Selection) throws {
    let schema = try Schema(ConformanceWorld.collections)
    func statement(_ dialect: any Dialect, _ scope: Scope) throws -> Statement {
      try Compiler(schema: schema, dialect: dialect, scope: scope).select(selection).statement
    }
    for dialect in [SQLiteDialect(), PostgresDialect()] as [any Dialect] {
      let alice = Scope(tenant: ConformanceWorld.alice, isSystem: false, now: 0)
      let bob = Scope(tenant: ConformanceWorld.bob, isSystem: false, now: 0)
      let first = try statement(dialect, alice)
      #expect(try statement(dialect, alice) == first)
      let other = try statement(dialect, bob)
      #expect(other.sql == first.sql && other.parameters[0] == .text(ConformanceWorld.bob))
      #expect(other.parameters.dropFirst() == first.parameters.dropFirst())
      let system = try statement(dialect, .system(now: 0))
      #expect(try statement(dialect, .system(now: 0)) == system)
      #expect(!system.parameters.contains(.text(ConformanceWorld.alice)) && system.sql != first.sql)
    }
  }

  @Test func `a shape built for one caller denies another what it may not read`() throws {
    let schema = try Schema(ConformanceWorld.collections)
    func sql(_ grant: CollectionGrant?) throws -> String {
      let scope = Scope(tenant: ConformanceWorld.alice, isSystem: false, now: 0, collections: grant)
      return try Compiler(schema: schema, dialect: SQLiteDialect(), scope: scope).select(.init("task", shape: "list")).statement.sql
    }
    let all = try sql(nil)
    #expect(try sql(CollectionGrant(read: ["task", "agent", "project"])) == all)
    #expect(throws: StorageError.denied("agent may not be read by this caller")) { try sql(CollectionGrant(read: ["task", "project"])) }
    #expect(throws: StorageError.denied("task may not be read by this caller")) { try sql(CollectionGrant(read: ["agent", "project"])) }
  }

  @Test func `shapes that look through a shared row still show one tenant`() throws {
    let shape = Shape([.count("n", collection: "task", by: "agent")])
    let sql = try Self.compiler(SQLiteDialect()).select(.init("agent", shape: .inline(shape))).statement.sql
    #expect(sql.contains(#"t1."agent" = t0."id" AND t1."tenant" = ?1"#))
  }
}
