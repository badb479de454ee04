import Catalogue
import JSONRPC
import PluginProtocol
import Testing

@Suite struct BodyValidationTests {
  private let coercion = FieldCoercion { _ in .bigint }
  private let fields: [FieldSpec] = [
    .text("name", max: 10).required(), .text("note"), .choice("status", ["draft", "done"], default: "draft"),
    .reference("project", to: "project").required().immutable().written(as: "project_id", "project"), .integer("total").readOnly(),
    .createdAt,
  ]
  private var validation: BodyValidation { BodyValidation(fields, coercion) }

  @Test func `reports every missing and wrong field, in the order of the fields`() {
    #expect(throws: FieldErrors.self) { try validation.values([:], .create) }
    do throws(FieldErrors) {
      _ = try validation.values(["status": "x", "note": true], .create)
    } catch {
      #expect(
        JSON.object(error.json).text
          == #"{"name":["This field is required."],"note":["Not a valid string."],"status":["\"x\" is not a valid choice."],"project_id":["This field is required."]}"#
      )
    }
  }

  @Test func `passes over unknown and read-only members`() throws {
    let values = try validation.values(
      ["name": "a", "project_id": 1, "total": 9, "created_at": "x", "id": 3, "hat": true, "tenant": "t"], .create)
    #expect(values == ["name": "a", "project": 1])
  }

  @Test func `takes a field under any of its names`() throws {
    #expect(try validation.values(["name": "a", "project": "4"], .create)["project"] == 4)
  }

  @Test func `asks PUT for required fields but not for immutable ones, and PATCH for nothing`() throws {
    #expect(try validation.values(["name": "b", "project_id": 5], .replace) == ["name": "b"])
    #expect(throws: FieldErrors("name", "This field is required.")) { try validation.values([:], .replace) }
    #expect(try validation.values([:], .update).isEmpty)
    #expect(throws: FieldErrors("name", "This field may not be blank.")) { try validation.values(["name": ""], .update) }
  }

  @Test func `fills defaults only when told to`() throws {
    let filling = BodyValidation(fields, coercion, fillsDefaults: true)
    #expect(try filling.values(["name": "a", "project_id": 1], .create)["status"] == "draft")
    #expect(try validation.values(["name": "a", "project_id": 1], .create)["status"] == nil)
  }

  private let list = BodyValidation(
    [
      .text("title").required(), .text("owner").required(orElse: "Who owns it?"),
      FieldSpec.list("parts", of: [.text("name", max: 3).required(), .integer("count", default: 1)], max: 2),
    ], FieldCoercion { _ in .bigint }, fillsDefaults: true)

  @Test func `checks and fills the objects of a list, and names what is wrong by index`() throws {
    #expect(
      try list.values(["title": "t", "owner": "o", "parts": [["name": " a "], ["name": "b", "count": "2", "hat": 1]]], .create)
        == ["title": "t", "owner": "o", "parts": [["name": "a", "count": 1], ["name": "b", "count": 2]]])
    let cases: [(JSON, JSON)] = [
      ("x", ["Expected a list of items but got type \"str\"."]), (.null, ["This field may not be null."]),
      ([[:], [:], [:]], ["Ensure this field has no more than 2 elements."]),
      (
        [["name": "long"], "x"],
        [
          "0": ["name": ["Ensure this field has no more than 3 characters."]],
          "1": ["non_field_errors": ["Invalid data. Expected a dictionary, but got str."]],
        ]
      ),
    ]
    for (parts, expected) in cases {
      let error = #expect(throws: FieldErrors.self) { try list.values(["title": "t", "owner": "o", "parts": parts], .create) }
      #expect(error?.json == ["parts": expected])
    }
  }

  @Test func `says of what is left out what the field says, and nothing else`() throws {
    let error = #expect(throws: FieldErrors.self) { try list.values(["parts": "x"], .create) }
    #expect(error?.json == ["error": "Who owns it?"])
    let null = #expect(throws: FieldErrors.self) { try list.values(["title": "t", "owner": .null], .create) }
    #expect(null?.json == ["owner": ["This field may not be null."]])
  }

  static let bodies: [(JSON, String)] = [
    (.null, "No data provided"), ([1], "Invalid data. Expected a dictionary, but got list."),
    ("x", "Invalid data. Expected a dictionary, but got str."), (1, "Invalid data. Expected a dictionary, but got int."),
    (1.5, "Invalid data. Expected a dictionary, but got float."), (true, "Invalid data. Expected a dictionary, but got bool."),
  ]

  @Test(arguments: bodies) func `wants an object`(_ body: JSON, _ message: String) {
    #expect(throws: FieldErrors("non_field_errors", message)) { try BodyValidation.object(body) }
  }
}
