import JSONRPC
import PluginProtocol
import StorageConformance
import StorageKit
import Testing

@Suite struct SchemaTests {
  @Test func `the world of the suite is sound`() throws {
    #expect(try Schema(ConformanceWorld.collections).names.count == ConformanceWorld.collections.count)
  }

  static let wrong: [(CollectionSpec, String)] = [
    (CollectionSpec("a b", model: "A", fields: []), "a b"),
    (CollectionSpec("hive_job", model: "A", fields: []), "hive_job"),
    (CollectionSpec("a", model: "A", fields: [.text("x"), .text("x")]), "a.x"),
    (CollectionSpec("a", model: "A", fields: [.text("id")]), "a.id"),
    (CollectionSpec("a", model: "A", fields: [.text("tenant")]), "a.tenant"),
    (CollectionSpec("a", model: "A", fields: [.text("x; DROP")]), "a.x; DROP"),
    (CollectionSpec("a", model: "A", key: .field("k"), fields: []), "a.k"),
    (CollectionSpec("a", model: "A", key: .field("k"), fields: [.json("k", default: [:])]), "a.k"),
    (CollectionSpec("a", model: "A", fields: [.reference("r", to: "nothing")]), "a.r"),
    (CollectionSpec("a", model: "A", fields: [.reference("r", to: "base", onDelete: .null)]), "a.r"),
    (CollectionSpec("a", model: "A", tenancy: .global, fields: [.reference("r", to: "base")]), "a.r"),
    (CollectionSpec("a", model: "A", tenancy: .shared, fields: [.reference("r", to: "base")]), "a.r"),
    (CollectionSpec("a", model: "A", fields: [.text("x")], order: ["-y"]), "a.y"),
    (CollectionSpec("a", model: "A", fields: [.reference("r", to: "base")], order: ["r.y"]), "base.y"),
    (CollectionSpec("a", model: "A", fields: [.text("x")], filters: ["y"]), "a.y"),
    (CollectionSpec("a", model: "A", fields: [.integer("x")], filters: [FilterSpec("x", op: .contains)]), "a.x"),
    (CollectionSpec("a", model: "A", fields: [.text("x")], unique: [["x", "y"]]), "a.y"),
    (CollectionSpec("a", model: "A", fields: [.json("x", default: [:])], indexes: [["x"]]), "a.x"),
    (CollectionSpec("a", model: "A", fields: [.text("x")], shapes: ["s": .fields("y")]), "a.shapes.s"),
    (CollectionSpec("a", model: "A", fields: [.text("x")], shapes: ["s": Shape([.count("n", collection: "base", by: "x")])]), "a.shapes.s"),
    (CollectionSpec("a", model: "A", fields: [.text("x")], shapes: ["s": Shape([.number("n", field: "x")])]), "a.shapes.s"),
    (CollectionSpec("a", model: "A", fields: [.text("x")], shapes: ["s": Shape([.seconds("n", from: "x", to: "x")])]), "a.shapes.s"),
    (CollectionSpec("a", model: "A", fields: [.text("x")], shapes: ["s": Shape([.path("p", parent: "x", name: "x")])]), "a.shapes.s"),
    (
      CollectionSpec(
        "a", model: "A", fields: [.reference("up", to: "a").nullable()], shapes: ["s": Shape([.one("up", reference: "up", shape: "s")])]),
      "a.shapes.s"
    ),
  ]

  @Test(arguments: wrong.indices) func `what means nothing is refused with its place`(index: Int) {
    let (spec, path) = Self.wrong[index]
    let base = CollectionSpec("base", model: "Base", fields: [.text("x")])
    let error = #expect(throws: SpecError.self) { try Schema([base, spec]) }
    #expect(error?.path == path)
  }
}
