import Catalogue
import PluginProtocol
import Testing

@Suite struct ContributionsTests {
  private func description(_ collection: String, path: String, method: String? = nil, provides: [String] = []) -> PluginDescription {
    PluginDescription(
      provides: provides, methods: method.map { [MethodSpec($0, "")] } ?? [],
      collections: [CollectionSpec(collection, model: "Thing", fields: [.text("name")])], routes: [.crud(path, collection)])
  }

  @Test func `expands CRUD into its six routes with the key's type`() throws {
    let live = LiveCatalogue()
    try live.accept(
      PluginDescription(
        provides: [], collections: [CollectionSpec("round", model: "Round", key: .uuid, fields: [])], routes: [.crud("/rounds/", "round")]),
      of: "execution")
    let routes = live.snapshot.table.all.map { "\($0.method) \($0.pattern.text) \($0.permission.rawValue) \($0.status)" }
    #expect(
      routes == [
        "GET /rounds/ read 200", "POST /rounds/ write 201", "DELETE /rounds/{id:uuid}/ write 204", "GET /rounds/{id:uuid}/ read 200",
        "PATCH /rounds/{id:uuid}/ write 200", "PUT /rounds/{id:uuid}/ write 200",
      ])
  }

  @Test func `a plugin's explicit route wins over its own CRUD`() throws {
    let live = LiveCatalogue()
    var own = description("agent", path: "/agents/")
    own.routes.append(RouteSpec("GET", "/agents/", .public, .collection(.init("agent", .list))))
    try live.accept(own, of: "projects")
    let list = live.snapshot.table.match(["agents"])?.routes["GET"]
    #expect(list?.permission == .public)
    #expect(live.snapshot.table.all.count == 6)
  }

  @Test func `refuses what another plugin already has, and says whose it is`() throws {
    let live = LiveCatalogue()
    try live.accept(description("task", path: "/tasks/", method: "tasks.sum"), of: "projects")
    #expect(throws: CatalogueConflict.collection("task", of: "b", alreadyOf: "projects")) {
      try live.accept(description("task", path: "/other/"), of: "b")
    }
    #expect(throws: CatalogueConflict.route(method: "GET", path: "/tasks/", of: "b", alreadyOf: "projects")) {
      try live.accept(description("chore", path: "/tasks/"), of: "b")
    }
    #expect(throws: CatalogueConflict.method("tasks.sum", of: "b", alreadyOf: "projects")) {
      try live.accept(description("chore", path: "/chores/", method: "tasks.sum"), of: "b")
    }
    #expect(live.snapshot.collections.map(\.name) == ["task"])
  }

  @Test func `providers of one capability may describe the same methods`() throws {
    let live = LiveCatalogue()
    try live.accept(description("a", path: "/a/", method: "llm.complete", provides: ["llm"]), of: "llm-a")
    try live.accept(description("b", path: "/b/", method: "llm.complete", provides: ["llm"]), of: "llm-b")
    #expect(live.snapshot.methods.count == 1)
  }

  @Test func `third parties stay under their prefix`() throws {
    let live = LiveCatalogue()
    #expect(throws: CatalogueConflict.outsidePrefix("route /api/v1/tasks/", of: "my-shop", prefix: "/api/v1/x/my-shop/")) {
      try live.accept(description("my_shop_item", path: "/api/v1/tasks/"), of: "my-shop", origin: .thirdParty)
    }
    #expect(throws: CatalogueConflict.outsidePrefix("collection item", of: "my-shop", prefix: "my_shop_")) {
      try live.accept(description("item", path: "/api/v1/x/my-shop/items/"), of: "my-shop", origin: .thirdParty)
    }
    try live.accept(description("my_shop_item", path: "/api/v1/x/my-shop/items/"), of: "my-shop", origin: .thirdParty)
    #expect(live.snapshot.table.all.count == 6)
  }

  @Test func `a new description replaces the old one and a removed plugin is gone`() throws {
    let live = LiveCatalogue()
    try live.accept(description("task", path: "/tasks/"), of: "projects")
    try live.accept(description("chore", path: "/chores/"), of: "projects")
    #expect(live.snapshot.table.match(["tasks"]) == nil)
    #expect(live.snapshot.table.match(["chores"]) != nil)
    try live.remove("projects")
    #expect(live.snapshot.table.all.isEmpty)
    #expect(live.snapshot.collections.isEmpty)
  }

  @Test func `leaves out a route whose collection nobody contributes, and says so`() throws {
    let live = LiveCatalogue()
    try live.accept(PluginDescription(provides: [], routes: [.crud("/tasks/", "task")]), of: "chat")
    #expect(live.snapshot.table.all.isEmpty)
    #expect(live.snapshot.problems.first == "plugin chat: route GET /tasks/: nobody contributes the collection task")
  }
}
