package import JSONRPC

/// What is wrong with a request, by field: `{"name": ["This field is required."]}` (contract http.md, section 3, shape 1).
package struct FieldErrors: Error, Sendable, Equatable {
  package private(set) var json: JSONObject = [:]

  package init() {}

  /// The whole answer to who left something out (shape 3).
  package init(absence text: String) { json["error"] = .string(text) }

  package init(_ field: String, _ messages: String...) { json[field] = JSON(messages) }

  package mutating func add(_ field: String, _ messages: [String]) {
    json[field] = JSON((json[field]?.array ?? []).compactMap(\.string) + messages)
  }

  /// Messages of one element of a list: `{"standards": {"0": ["Not a valid string."]}}`.
  package mutating func add(_ field: String, at index: Int, _ messages: [String]) {
    var elements = json[field]?.object ?? [:]
    elements["\(index)"] = JSON(messages)
    json[field] = .object(elements)
  }

  /// What is wrong with the objects of a list, by index: `{"logs": {"0": {"level": ["…"]}}}`.
  package mutating func add(_ field: String, _ elements: [(index: Int, errors: FieldErrors)]) {
    guard !elements.isEmpty else { return }
    json[field] = .object(JSONObject(elements.map { ("\($0.index)", .object($0.errors.json)) }))
  }

  package mutating func add(_ other: FieldErrors) { json = json.merging(other.json) }

  package var isEmpty: Bool { json.isEmpty }
}
