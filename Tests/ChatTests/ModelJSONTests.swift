import Foundation
import JSONRPC
import PluginKit
import Testing

struct JSONVector: Sendable, CustomTestStringConvertible {
  let row: JSON
  var testDescription: String { "\(row["id"].string ?? ""): \(row["title"].string ?? "")" }

  /// The rows of one file of recorded answers in Tests/Vectors.
  static func rows(_ name: String) -> [JSONVector] {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().appending(path: "Vectors")
    let text = (try? String(contentsOf: folder.appending(path: name), encoding: .utf8)) ?? ""
    return text.split(separator: "\n").compactMap { (try? JSON(parsing: String($0))).map(JSONVector.init) }
  }

  static let modelJSON = rows("text.jsonl").filter { $0.row["kind"].string == "llm_json" }
}

@Test func `the recorded answers are there`() {
  #expect(JSONVector.modelJSON.count == 7)
}

@Test(arguments: JSONVector.modelJSON)
func `reads JSON as recorded`(vector: JSONVector) throws {
  let text = try #require(vector.row["input"]["text"].string)
  #expect((ModelJSON.value(in: text) ?? .null) == vector.row["expected"]["value"])
}

@Test(
  arguments: [
    ("cut inside a string: {\"a\": \"b", nil),
    ("{\"a\": \"b", "{\"a\":\"b\"}"),
    ("[1, 2,", "[1,2]"),
    ("```json\r\n{\"a\": [{\"b\": 1}, {\"c\": 2\r\n```", "{\"a\":[{\"b\":1},{\"c\":2}]}"),
    ("```swift\nlet a = {}\n```\n```json\n{\"a\": 1}\n```", "{\"a\":1}"),
    ("```json {\"a\": 1}```", "{\"a\":1}"),
    ("set {x} then {\"a\": 1}", "{\"a\":1}"),
    ("", nil), ("{", "{}"), ("42", nil), ("```json\n```", nil),
  ] as [(String, String?)])
func `reads what models really write`(text: String, expected: String?) {
  #expect(ModelJSON.value(in: text)?.text == expected)
}

@Test func `a list where an object is expected becomes items`() {
  #expect(ModelJSON.object(in: "[1]") == ["items": [1]])
  #expect(ModelJSON.object(in: "nothing") == nil)
}

@Test func `gives up on a text of brackets only in bounded work`() {
  let started = ContinuousClock.now
  #expect(ModelJSON.value(in: String(repeating: "{[", count: 100_000)) == nil)
  #expect(ContinuousClock.now - started < .seconds(20))
}

@Test func `finds fences with their language and range`() {
  let text = "a\n```JSON\n{}\n```\nb\n```\nx\n"
  let fences = ModelFence.all(in: text)
  #expect(fences.map(\.language) == ["json", ""])
  #expect(fences.map(\.body) == ["{}\n", "x\n"])
  #expect(fences.first.map { String(text[..<$0.range.lowerBound]) } == "a\n")
}
