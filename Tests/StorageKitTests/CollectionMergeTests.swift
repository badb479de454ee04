import JSONRPC
import PluginProtocol
import StorageKit
import Testing

@Suite struct CollectionMergeTests {
  private let task = CollectionSpec(
    "task", model: "Task",
    fields: [.text("title"), .reference("round", to: "round", onDelete: .null).nullable()],
    order: ["round", "title"],
    shapes: [
      "detail": .fields("id", "title", "round").adding(
        .lookup("round_name", reference: "round", field: "name"), .count("notes", collection: "note", by: "task"))
    ],
    filters: ["round", FilterSpec("owner", field: "round.owner"), "title"], unique: [["round", "title"]], indexes: [["title"]])

  @Test func `leaves out what refers to nobody, until it comes`() throws {
    let merge = CollectionMerge([task], stored: [])
    #expect(merge.leftOut == ["task.round"])
    let reduced = try #require(merge.collections.first)
    #expect(reduced.fields.map(\.name) == ["title"])
    #expect(reduced.order == ["title"])
    #expect(reduced.filters.map(\.name) == ["title"])
    #expect(reduced.unique.isEmpty)
    #expect(reduced.shapes["detail"]?.members.map(\.name) == ["id", "title", "round", "round_name", "notes"])
    #expect(throws: Never.self) { try Schema(merge.collections) }
  }

  @Test func `keeps the collections of a plugin that is away`() throws {
    let round = CollectionSpec("round", model: "Round", key: .uuid, fields: [.text("name"), .text("owner")])
    let note = CollectionSpec("note", model: "Note", fields: [.reference("task", to: "task")])
    let merge = CollectionMerge([task], stored: [round, note, CollectionSpec("task", model: "Old", fields: [])])
    #expect(merge.leftOut == [])
    #expect(merge.collections.map(\.name) == ["task", "round", "note"])
    #expect(merge.collections.first == task)
    #expect(throws: Never.self) { try Schema(merge.collections) }
  }

  @Test func `a collection whose rows cannot be without waits for the other`() throws {
    let note = CollectionSpec("note", model: "Note", fields: [.reference("step", to: "step").required()])
    let step = CollectionSpec("step", model: "Step", fields: [.reference("round", to: "round").required()])
    let merge = CollectionMerge([note, step, task], stored: [])
    #expect(merge.collections.map(\.name) == ["task"])
    #expect(Set(merge.leftOut) == ["note", "step", "task.round"])
    let round = CollectionSpec("round", model: "Round", key: .uuid, fields: [.text("name"), .text("owner")])
    #expect(CollectionMerge([note, step, task, round], stored: merge.collections).collections.count == 4)
  }
}
