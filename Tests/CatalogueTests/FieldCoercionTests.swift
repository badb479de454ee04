import Catalogue
import JSONRPC
import PluginProtocol
import Testing

/// A value sent for a field, and what becomes of it: the stored value or the messages.
struct CoercionCase: Sendable, CustomTestStringConvertible {
  let field: FieldSpec
  let sent: JSON
  let stored: JSON?
  let messages: [String]

  static func takes(_ field: FieldSpec, _ sent: JSON, _ stored: JSON) -> CoercionCase {
    CoercionCase(field: field, sent: sent, stored: stored, messages: [])
  }
  static func refuses(_ field: FieldSpec, _ sent: JSON, _ messages: String...) -> CoercionCase {
    CoercionCase(field: field, sent: sent, stored: nil, messages: messages)
  }
  var testDescription: String { "\(field.type.word) \(sent.text.prefix(60))" }
}

private let name = FieldSpec.text("name", max: 5).required()
private let note = FieldSpec.text("note")
private let count = FieldSpec.integer("count").with { $0.minimum = 0 }
private let size = FieldSpec.bigint("size")
private let cost = FieldSpec.decimal("cost", 10, 2)
private let isOn = FieldSpec.boolean("is_on", default: false)
private let status = FieldSpec.choice("status", ["draft", "done"], default: "draft")
private let url = FieldSpec.text("url", max: 200).with { $0.format = .url }
private let at = FieldSpec.datetime("at")
private let project = FieldSpec.reference("project", to: "project")
private let round = FieldSpec.reference("round", to: "round").nullable()
private let options = FieldSpec.json("options", default: [:])
private let skills = FieldSpec.json("skills", default: [])

private func number(_ literal: String) throws -> JSON { try JSON(parsing: literal) }

@Suite struct FieldCoercionTests {
  private let coercion = FieldCoercion { ["project": FieldType.bigint, "round": .uuid][$0] }

  static let texts: [CoercionCase] = [
    .takes(name, " ab\u{A0}", "ab"), .takes(name, 5, "5"), .takes(note, "", ""), .takes(note, "  ", ""), .takes(name, "日本語日本", "日本語日本"),
    .refuses(name, "", "This field may not be blank."), .refuses(name, " \n", "This field may not be blank."),
    .refuses(name, .null, "This field may not be null."), .refuses(name, true, "Not a valid string."),
    .refuses(name, [], "Not a valid string."), .refuses(name, [:], "Not a valid string."),
    .refuses(name, "abcdef", "Ensure this field has no more than 5 characters."),
    .refuses(name, "e\u{301}e\u{301}e\u{301}", "Ensure this field has no more than 5 characters."),
    .refuses(note, "a\0b", "Null characters are not allowed."),
    .refuses(name, "a\0bcdef", "Ensure this field has no more than 5 characters.", "Null characters are not allowed."),
    .takes(status, "done", "done"), .refuses(status, "gone", "\"gone\" is not a valid choice."),
    .refuses(status, "", "\"\" is not a valid choice."), .refuses(status, true, "\"True\" is not a valid choice."),
    .refuses(status, .null, "This field may not be null."),
    .takes(url, "", ""), .takes(url, "https://example.com/a?b=c#d", "https://example.com/a?b=c#d"),
    .takes(url, "http://user:pw@localhost:8000/x", "http://user:pw@localhost:8000/x"), .takes(url, "http://[::1]/", "http://[::1]/"),
    .takes(url, "http://192.168.0.1:80", "http://192.168.0.1:80"), .takes(url, "https://例え.jp/", "https://例え.jp/"),
    .refuses(url, "example.com", "Enter a valid URL."), .refuses(url, "javascript://x.com", "Enter a valid URL."),
    .refuses(url, "http://x", "Enter a valid URL."), .refuses(url, "http://256.1.1.1/", "Enter a valid URL."),
    .refuses(url, "http://a b.com/", "Enter a valid URL."), .refuses(url, "http://-a.com/", "Enter a valid URL."),
    .refuses(url, "http://example.com:123456/", "Enter a valid URL."), .refuses(url, "http://[::1", "Enter a valid URL."),
  ]

  static let numbers: [CoercionCase] = [
    .takes(count, "12", 12), .takes(count, 1.0, 1), .takes(count, " 7 ", 7), .takes(count, "1.000", 1),
    .takes(count, 2_147_483_647, 2_147_483_647),
    .refuses(count, 1.5, "A valid integer is required."), .refuses(count, true, "A valid integer is required."),
    .refuses(count, "", "A valid integer is required."), .refuses(count, "1e3", "A valid integer is required."),
    .refuses(count, [1], "A valid integer is required."), .refuses(count, .null, "This field may not be null."),
    .refuses(count, 2_147_483_648, "Ensure this value is less than or equal to 2147483647."),
    .refuses(count, -2_147_483_649, "Ensure this value is greater than or equal to -2147483648."),
    .refuses(count, -1, "Ensure this value is greater than or equal to 0."),
    .refuses(size, "9223372036854775808", "Ensure this value is less than or equal to 9223372036854775807."),
    .takes(size, "-9223372036854775808", .int(Int64.min)),
    .takes(cost, 1, "1.00"), .takes(cost, "1.5", "1.50"), .takes(cost, 0.1, "0.10"), .takes(cost, "-0.00", "0.00"),
    .takes(cost, "1e2", "100.00"),
    .takes(cost, " 12345678.90 ", "12345678.90"), .takes(cost, ".5", "0.50"), .takes(cost, "00012", "12.00"),
    .refuses(cost, "abc", "A valid number is required."), .refuses(cost, true, "A valid number is required."),
    .refuses(cost, "NaN", "A valid number is required."), .refuses(cost, "Infinity", "A valid number is required."),
    .refuses(cost, "12345678901", "Ensure that there are no more than 10 digits in total."),
    .refuses(cost, "1.234", "Ensure that there are no more than 2 decimal places."),
    .refuses(cost, "123456789", "Ensure that there are no more than 8 digits before the decimal point."),
    .refuses(cost, "1234567890.1", "Ensure that there are no more than 10 digits in total."),
    .takes(FieldSpec.float("f"), "1.5", 1.5), .takes(FieldSpec.float("f"), 3, 3.0),
    .refuses(FieldSpec.float("f"), "inf", "A valid number is required."),
    .refuses(FieldSpec.float("f"), "0x10", "A valid number is required."),
    .refuses(FieldSpec.float("f"), [], "A valid number is required."),
  ]

  static let others: [CoercionCase] = [
    .takes(isOn, true, true), .takes(isOn, "Yes", true), .takes(isOn, "off", false), .takes(isOn, 1, true), .takes(isOn, "0", false),
    .refuses(isOn, 2, "Must be a valid boolean."), .refuses(isOn, "maybe", "Must be a valid boolean."),
    .refuses(isOn, .null, "This field may not be null."), .refuses(isOn, [], "Must be a valid boolean."),
    .takes(at, "2024-02-29", "2024-02-29T00:00:00Z"), .takes(at, "2024-01-01T01:30+02:00", "2023-12-31T23:30:00Z"),
    .takes(at, "2024-01-01 10:00:00.120", "2024-01-01T10:00:00.120000Z"),
    .takes(at, "2024-01-01T10:00:00.1234567Z", "2024-01-01T10:00:00.123456Z"),
    .refuses(at, "2023-02-29", Messages.datetime), .refuses(at, "yesterday", Messages.datetime), .refuses(at, 5, Messages.datetime),
    .refuses(at, "2024-01-01T25:00Z", Messages.datetime), .refuses(at, "2024-01-01T10:00Zx", Messages.datetime),
    .takes(FieldSpec.uuid("u"), "6F9619FF-8B86-D011-B42D-00C04FC964FF", "6f9619ff-8b86-d011-b42d-00c04fc964ff"),
    .takes(FieldSpec.uuid("u"), "6f9619ff8b86d011b42d00c04fc964ff", "6f9619ff-8b86-d011-b42d-00c04fc964ff"),
    .refuses(FieldSpec.uuid("u"), "nope", "Must be a valid UUID."), .refuses(FieldSpec.uuid("u"), 5, "Must be a valid UUID."),
    .takes(project, 7, 7), .takes(project, "7", 7), .refuses(project, .null, "This field may not be null."),
    .refuses(project, "abc", "Incorrect type. Expected pk value, received str."),
    .refuses(project, true, "Incorrect type. Expected pk value, received bool."),
    .refuses(project, [1], "Incorrect type. Expected pk value, received list."),
    .refuses(project, [:], "Incorrect type. Expected pk value, received dict."),
    .refuses(project, 1.5, "Incorrect type. Expected pk value, received float."),
    .refuses(project, "99999999999999999999", "Invalid pk \"99999999999999999999\" - object does not exist."),
    .takes(round, .null, .null), .takes(round, "", .null),
    .refuses(round, "x", "Incorrect type. Expected pk value, received str."),
    .takes(options, ["a": [1]], ["a": [1]]), .refuses(options, [1], "Expected a dictionary of items but got type \"list\"."),
    .refuses(options, "x", "Expected a dictionary of items but got type \"str\"."),
    .refuses(options, ["a": "\0"], "Null characters are not allowed."),
    .takes(skills, ["a"], ["a"]), .refuses(skills, [:], "Expected a list of items but got type \"dict\"."),
    .refuses(skills, 1, "Expected a list of items but got type \"int\"."),
  ]

  @Test(arguments: texts + numbers + others) func `takes what may be stored and refuses the rest with the right words`(_ each: CoercionCase)
  {
    do throws(InvalidValue) {
      let stored = try coercion.coerce(each.sent, each.field)
      #expect(stored == each.stored)
    } catch {
      #expect(error.messages == each.messages)
    }
  }

  @Test func `keeps the digits of a number sent as text`() throws {
    #expect(try coercion.coerce(try number("1.10"), name) == "1.10")
  }
}
