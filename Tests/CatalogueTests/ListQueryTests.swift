import Catalogue
import JSONRPC
import PluginProtocol
import Testing

@Suite struct ListQueryTests {
  private let coercion = FieldCoercion { _ in .bigint }
  private let task = CollectionSpec(
    "task", model: "Task",
    fields: [
      .text("title"), .choice("status", ["Await", "Working"]), .boolean("done", default: false), .reference("project", to: "project"),
      .datetime("at"), .integer("level"), .uuid("span"),
    ],
    filters: [
      "status", "done", "project", "level", "span", FilterSpec("from", field: "at", op: .ge),
      FilterSpec("q", field: "title", op: .contains),
      FilterSpec("any_status", field: "status", isLenient: true), FilterSpec("round", field: "step.round"),
      FilterSpec("only_done", field: "done", isLenient: true),
    ])

  private func read(_ query: String) throws -> ListQuery {
    try ListQuery(QueryItems(query[...]), task, shape: task.shape("list"), coercion)
  }

  @Test(arguments: [
    ("status=Working", Condition.eq("status", "Working")), ("done=True", .eq("done", true)), ("done=0", .eq("done", false)),
    ("level=3", .eq("level", 3)), ("from=2024-01-01", .compare(field: "at", op: .ge, value: "2024-01-01T00:00:00Z")),
    ("q=50%25", .compare(field: "title", op: .contains, value: "50%")), ("project=7", .eq("project", 7)),
    ("any_status=unknown", .eq("status", "unknown")), ("round=5", .eq("step.round", 5)),
    ("only_done=true", .eq("done", true)), ("only_done=nonsense", .eq("done", false)),
  ]) func `turns parameters into conditions`(_ query: String, _ condition: Condition) throws {
    #expect(try read(query).filter == [condition])
  }

  @Test(arguments: ["status=", "done=maybe", "unknown=5", "", "search=x"]) func `ignores empty, odd boolean and unknown parameters`(
    _ query: String
  ) throws {
    #expect(try read(query).filter.isEmpty)
  }

  @Test(arguments: [
    ("status=x", "status", "Select a valid choice. x is not one of the available choices."),
    ("project=abc", "project", "Select a valid choice. That choice is not one of the available choices."),
    ("level=abc", "level", "A valid integer is required."), ("span=x", "span", "Must be a valid UUID."),
    ("from=x", "from", Messages.datetime),
  ]) func `refuses malformed values by parameter`(_ query: String, _ parameter: String, _ message: String) {
    #expect(throws: FieldErrors(parameter, message)) { try read(query) }
  }

  @Test func `a reference filter asks for its row`() throws {
    let rows = try read("project=7").requiredRows
    #expect(rows.map(\.collection) == ["project"])
    #expect(rows.map(\.key) == [7])
  }

  @Test(arguments: [
    ("ordering=title,-at", ["title", "-at"]), ("ordering=nope,-title", ["-title"]), ("ordering=", []), ("ordering=title,-title", ["title"]),
  ]) func `orders by the columns the list shows`(_ query: String, _ order: [String]) throws {
    #expect(try read(query).order == order)
  }

  @Test(arguments: [
    ("", PageRequest(number: .page(1), size: 20)), ("page=3&page_size=500", PageRequest(number: .page(3), size: 100)),
    ("page=last&page_size=0", PageRequest(number: .last, size: 1)), ("page_size=x", PageRequest(number: .page(1), size: 20)),
  ]) func `reads the page`(_ query: String, _ page: PageRequest) throws {
    #expect(try PageRequest(QueryItems(query[...])) == page)
  }

  @Test(arguments: ["page=0", "page=-1", "page=abc", "page=1.5", "page=99999999999999999999"]) func `refuses a page that cannot be`(
    _ query: String
  ) {
    #expect(throws: PageRequest.Invalid.self) { try PageRequest(QueryItems(query[...])) }
  }

  @Test func `links to the neighbours and keeps the other parameters`() {
    let query = QueryItems("status=a%20b&page=2&page_size=10")
    let links = PageLinks(url: "http://h/x/", query: query, page: 2, pageCount: 3)
    #expect(links.next == "http://h/x/?page=3&page_size=10&status=a%20b")
    #expect(links.previous == "http://h/x/?page_size=10&status=a%20b")
    let first = PageLinks(url: "http://h/x/", query: .empty, page: 1, pageCount: 1)
    #expect(first.next == nil && first.previous == nil)
    #expect(PageLinks(url: "http://h/x/", query: QueryItems("page=2"), page: 2, pageCount: 2).previous == "http://h/x/")
  }
}
