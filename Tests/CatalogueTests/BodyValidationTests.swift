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

  static let bodies: [(JSON, String)] = [
    (.null, "No data provided"), ([1], "Invalid data. Expected a dictionary, but got list."),
    ("x", "Invalid data. Expected a dictionary, but got str."), (1, "Invalid data. Expected a dictionary, but got int."),
    (1.5, "Invalid data. Expected a dictionary, but got float."), (true, "Invalid data. Expected a dictionary, but got bool."),
  ]

  @Test(arguments: bodies) func `wants an object`(_ body: JSON, _ message: String) {
    #expect(throws: FieldErrors("non_field_errors", message)) { try BodyValidation.object(body) }
  }
}
