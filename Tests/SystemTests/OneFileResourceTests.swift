import Foundation
import JSONRPC
import TestSupport
import Testing

extension SystemTests {
  /// Adding a resource takes one file (docs/checklists/add-a-collection.md): here a plugin of a third party that says what its rows are.
  @Suite struct OneFileResourceTests {
    @Test func `one file that declares a resource brings routes, checks, tenancy and its description`() async throws {
      let folder = try PluginFolder()
      defer { folder.remove() }
      let file = HostProcess.sources.appending(path: "Tests/Fixtures/shelf.py")
      try folder.write(
        "60-shelf.toml",
        """
        id = "shelf"
        version = "1.0.0"
        protocol = ">=1, <2"
        exec = "\(file.path)"
        provides = ["shelf"]
        """)
      try await House.with(plugins: folder) { house in
        let made = try await house.api.post(
          "/api/v1/x/shelf/books/", ["title": "  Emma ", "pages": "474", "tags": ["a", "b"]], status: 201)
        #expect(made["title"] == "Emma" && made["pages"] == 474 && made["tags"].array?.map { $0["word"] } == ["a", "b"])
        let id = try #require(made["id"].int)
        let refused = try await house.api.send(.post, "/api/v1/x/shelf/books/", ["pages": "many", "kind": "scroll"])
        #expect(
          refused.text
            == #"{"title":["This field is required."],"kind":["\"scroll\" is not a valid choice."],"pages":["A valid integer is required."]}"#
        )
        let list = try await house.api.get("/api/v1/x/shelf/books/?kind=novel&ordering=-title")
        #expect(list["count"] == 1 && list["results"][0]["tag_count"] == 2)
        #expect(try await house.api.patch("/api/v1/x/shelf/books/\(id)/", ["kind": "essay"])["kind"] == "essay")
        try await isForeign(id, house)
        let operation = try await house.api.get("/api/schema/")["paths"]["/api/v1/x/shelf/books/{id}/"]["patch"]
        #expect(operation["requestBody"]["content"]["application/json"]["schema"]["$ref"] == "#/components/schemas/PatchedShelfBookWrite")
        #expect(try await house.api.send(.get, "/api/docs/").text.contains("/api/v1/x/shelf/books/"))
        #expect(try await house.api.send(.delete, "/api/v1/x/shelf/books/\(id)/").status == 204)
        #expect(
          try await house.api.send(.get, "/api/v1/x/shelf/books/\(id)/").text == #"{"detail":"No ShelfBook matches the given query."}"#)
      }
    }

    private func isForeign(_ id: Int64, _ house: House) async throws {
      let made = try await House.makeTenant("others", on: house.host)
      let stranger = API(baseURL: house.host.baseURL, key: made.key)
      #expect(try await stranger.get("/api/v1/x/shelf/books/")["count"] == 0)
      #expect(try await stranger.send(.patch, "/api/v1/x/shelf/books/\(id)/", ["kind": "essay"]).status == 404)
    }
  }
}
