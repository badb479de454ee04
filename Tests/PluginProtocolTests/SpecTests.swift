import JSONRPC
import PluginProtocol
import Testing

@Suite struct SpecTests {
  static let description = PluginDescription(
    provides: ["board"],
    methods: [MethodSpec("board.move", "Moves a card.", mutating: true)],
    collections: [
      CollectionSpec(
        "card", model: "Card",
        fields: [
          .text("title", max: 200).required(), .decimal("cost", 10, 2), .reference("column", to: "column").nullable(), .createdAt,
          .updatedAt,
          .choice("state", ["open", "done"], default: "open"), .json("extra", default: [:]), .uuid("token").hidden(),
        ],
        order: ["-created_at"],
        shapes: [
          "list": .fields("id", "title").adding(
            .lookup("column_name", reference: "column", field: "name"), .one("column", reference: "column", shape: "list"),
            .many(
              "notes", collection: "note", by: "card", shape: .inline(.fields("id")), order: ["id"], filter: [.eq("open", true)], limit: 5),
            .count("note_count", collection: "note", by: "card"), .sum("hours", collection: "note", by: "card", field: "hours"),
            .isNull("is_free", field: "column"), .seconds("age", from: "created_at", to: "updated_at"),
            .number("cost_number", field: "cost"),
            .value("kind", "card"), .path("path", parent: "column", name: "name"))
        ],
        filters: ["state", FilterSpec("from", field: "created_at", op: .ge)], unique: [["column", "title"]], indexes: [["state"]])
    ],
    routes: [
      .crud("/api/v1/cards/", "card"),
      .rpc("POST", "/api/v1/cards/{id:int}/move/", .write, "board.move", status: 201, body: [.text("to").required().written(as: "target")]),
      .rpc("POST", "/api/v1/cards/add/", .write, "board.move", body: [.text("title").required(orElse: "No title")]).or(body: [
        FieldSpec.list("cards", of: [.text("title").required()], max: 9)
      ]).keepingOtherMembers(),
      .get(
        "/api/v1/columns/{id:int}/cards/",
        .init("card", .list, filter: [.eq("column", ["$path": "id"])], isArray: true, parent: .init("column", parameter: "id"))),
      RouteSpec("GET", "/api/v1/cards/stream/", .read, .stream(scope: "tenant", state: "board.state")),
    ],
    events: [EventSpec("card_moved", "A card changed its column.")],
    config: [ConfigKeySpec("limit", "integer", default: 5, "Cards a column.")])

  @Test func `a description survives the wire`() throws {
    let wire = try JSON(parsing: Self.description.json.bytes)
    #expect(try PluginDescription(json: wire) == Self.description)
  }

  @Test(arguments: [
    (#"{"provides":["x"],"colections":[]}"#, "colections"),
    (#"{"collections":[{"name":"a","fields":[{"name":"f","type":"txt"}]}]}"#, "collections[0].fields[0].type"),
    (#"{"routes":[{"method":"GET","path":"x","permission":"read"}]}"#, "routes[0].path"),
    (#"{"routes":[{"method":"POST","path":"/x/","permission":"read","target":{"rpc":"a.b"},"other_body":[]}]}"#, "routes[0].body"),
    (
      #"{"collections":[{"name":"a","fields":[{"name":"f","type":"text","items":[{"name":"g","type":"text"}]}]}]}"#,
      "collections[0].fields[0].items"
    ),
    (#"{"methods":[{"name":"nodot"}]}"#, "methods[0].name"),
  ])
  func `names the member that is wrong`(text: String, path: String) throws {
    let wire = try JSON(parsing: text)
    let error = #expect(throws: SpecError.self) { try PluginDescription(json: wire) }
    #expect(error?.path == path)
  }

  static let steps: [StorageStep] = [
    .insert(.init("card", ["title": "a"], as: "c", returning: "detail")), .insert(.init("card", rows: [["title": "b"], ["title": "c"]])),
    .update(
      .init("card", filter: [.eq("id", StorageValue.ref("c"))], set: ["title": "d"], increment: ["votes": 1], expect: .init(1, tag: "gone"))
    ),
    .upsert(.init("card", match: ["title"], values: ["title": "d", "votes": 1], set: ["votes"], increment: ["edits": 1], as: "u")),
    .delete(collection: "card", filter: [.any([[.eq("id", 1)], [.isNull("column")]])], expect: nil),
    .expect(.init("card", filter: [], minimum: 1, maximum: 9, tag: "quota", error: ["code": "quota_exceeded"])),
    .read(.page(.init("card", filter: [.isIn("state", ["open"])], order: ["title"], limit: 5, offset: 10, shape: "list"))),
    .event(.init("card_moved", ["id": StorageValue.ref("c")], round: "r", project: 4)),
    .enqueue(.init(queue: "q", kind: "k", payload: ["x": 1], group: "g", delayMilliseconds: 5, unique: "u", as: "j")),
    .complete(job: "j", epoch: 2), .cancel(job: "j"), .fence(job: "j", epoch: 2),
  ]

  @Test(arguments: steps) func `a step survives the wire`(step: StorageStep) throws {
    #expect(try StorageStep(json: JSON(parsing: step.json.bytes), path: "") == step)
  }

  static let reads: [StorageRead] = [
    .select(.init("card", filter: [.compare(field: "column.name", op: .contains, value: "x")])), .get(.init("card")),
    .count(collection: "card", filter: []),
    .aggregate(
      .init(
        "card", group: ["state"], bucket: .init("created_at", .day), measures: [.count("n"), .init("cost", .sum, "cost")], order: ["-n"],
        limit: 10)),
    .many([.get(.init("card")), .count(collection: "card", filter: [.ne("id", 1)])]),
  ]

  @Test(arguments: reads) func `a read survives the wire`(read: StorageRead) throws {
    #expect(try StorageRead(json: JSON(parsing: read.json.bytes)) == read)
  }
}
